import { LRUCache } from 'lru-cache'
import { hostPort } from '../host-port.ts'
import { codeOf } from '../errors.ts'
import type { Connected, Offer, Target } from './engine/engine.ts'
import { type Attempt, race } from './race.ts'
import { Refusal, type RefusalReason } from './reject.ts'
import type { Candidate } from './resolve/resolver.ts'

/** RFC 8305 section 8 recommends 250 ms between attempts. */
const STAGGER_MS = 250
/** How long an address that failed is tried after those that did not (ms), and how many are remembered. */
const FAILED_FOR_MS = 30_000
const MAX_FAILED = 1000

const NO_DESCRIPTORS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE'])

export interface DialLimits {
  /** One attempt, and all of them together (ms). */
  readonly connectMs: number
  readonly dialMs: number
}

export interface Dialled<U extends Connected> {
  readonly upstream: U
  readonly target: Target
}

export interface Dial<U extends Connected> {
  /** Rejects with a Refusal that tells every attempt; resolves to undefined when cancelled. */
  readonly result: Promise<Dialled<U> | undefined>
  cancel(): void
}

export interface Dialler<U extends Connected = Connected> {
  /** `offer` may be taken as soon as one is connected. */
  dial(host: string, candidates: readonly Candidate[], offer?: Offer): Dial<U>
}

/** Told how every attempt to connect went, except those given up because another won. */
export interface DialObserver {
  connected(host: string, target: Target, ms: number): void
  failed(host: string, target: Target, error: Error): void
}

const NOBODY: DialObserver = { connected: () => {}, failed: () => {} }

/** Connects to the first of several addresses that answers; `connect` makes one attempt within so many ms. */
export function createDialler<U extends Connected>(
  connect: (target: Target, limitMs: number, offer?: Offer) => Attempt<U>,
  { connectMs, dialMs }: DialLimits,
  observer: DialObserver = NOBODY,
): Dialler<U> {
  const failed = new LRUCache<string, true>({ max: MAX_FAILED, ttl: FAILED_FOR_MS })

  return {
    dial(host, candidates, offer) {
      const order =
        failed.size === 0
          ? candidates
          : candidates.toSorted((a, b) => Number(failed.has(nameOf(a))) - Number(failed.has(nameOf(b))))
      const started = performance.now()
      const attempts = order.map((candidate) => observed(host, candidate, offer))
      const running = race(attempts, STAGGER_MS, dialMs)
      let cancelled = false
      return {
        result: running.result.then(({ won, errors }) => {
          errors.forEach((error, index) => error && note(order[index]))
          // Those started before the winner have been silent for a stagger at least.
          order.slice(0, won?.index ?? 0).forEach(note)
          const target = won && order[won.index]
          if (won !== undefined && target !== undefined) {
            failed.delete(nameOf(target))
            if (cancelled) won.value.destroy()
            return cancelled ? undefined : { upstream: won.value, target }
          }
          if (cancelled) return undefined
          throw failure(host, order, errors, performance.now() - started)
        }),
        cancel() {
          cancelled = true
          running.cancel()
        },
      }
    },
  }

  function observed(host: string, candidate: Candidate, offer: Offer | undefined): Attempt<U> {
    return (done) => {
      const started = performance.now()
      return connect(
        candidate,
        connectMs,
        offer,
      )((outcome) => {
        if (outcome.ok) observer.connected(host, candidate, performance.now() - started)
        else observer.failed(host, candidate, outcome.error)
        done(outcome)
      })
    }
  }

  function note(candidate: Candidate | undefined): void {
    if (candidate !== undefined) failed.set(nameOf(candidate), true)
  }
}

function nameOf({ address, port }: Target): string {
  return hostPort(address, port)
}

function failure(
  host: string,
  order: readonly Candidate[],
  errors: readonly (Error | undefined)[],
  elapsedMs: number,
): Refusal {
  const codes = order.map((_, index) => codeOf(errors[index] ?? Object.assign(new Error(), { code: 'ETIMEDOUT' })))
  const attempts = order.map((candidate, index) => `${nameOf(candidate)} ${codes[index] ?? ''}`).join(', ')
  return new Refusal(reasonOf(codes), `${host}: ${attempts} (after ${Math.round(elapsedMs)} ms)`)
}

function reasonOf(codes: readonly string[]): RefusalReason {
  if (codes.some((code) => NO_DESCRIPTORS.has(code))) return 'out-of-descriptors'
  return codes.every((code) => code === 'ETIMEDOUT') ? 'connect-timeout' : 'connect-failed'
}
