import { LRUCache } from 'lru-cache'
import { hostPort } from '../host-port.ts'
import { codeOf } from '../errors.ts'
import type { Target } from './engine/engine.ts'

/** Addresses are chosen by DNS answers: those used last are kept. */
const MAX_ADDRESSES = 200

/** How connecting to one address has gone since the start. */
export interface UpstreamHealth {
  /** `address:port` */
  readonly address: string
  readonly host: string
  readonly connects: number
  readonly failures: number
  /** Of the last success, and of all of them on average (ms). */
  readonly lastMs: number | undefined
  readonly meanMs: number | undefined
  /** The last failure's code, and its time (ms since 1970); kept when the address has recovered. */
  readonly lastError: string | undefined
  readonly failedAt: number | undefined
  /** The last attempt failed. */
  readonly failing: boolean
}

/** Keeps how every attempt to connect went, by address. */
export interface Upstreams {
  connected(host: string, target: Target, ms: number): void
  failed(host: string, target: Target, error: Error): void
  /** The address used last first. */
  list(): readonly UpstreamHealth[]
}

export function createUpstreams(): Upstreams {
  const seen = new LRUCache<string, UpstreamHealth>({ max: MAX_ADDRESSES })
  const get = (host: string, target: Target): UpstreamHealth => {
    const address = hostPort(target.address, target.port)
    const none = { lastMs: undefined, meanMs: undefined, lastError: undefined, failedAt: undefined, failing: false }
    return { ...none, connects: 0, failures: 0, ...seen.get(address), address, host }
  }
  return {
    connected(host, target, ms) {
      const health = get(host, target)
      const connects = health.connects + 1
      const meanMs = ((health.meanMs ?? 0) * health.connects + ms) / connects
      seen.set(health.address, { ...health, connects, lastMs: ms, meanMs, failing: false })
    },
    failed(host, target, error) {
      const health = get(host, target)
      const failure = { failures: health.failures + 1, lastError: codeOf(error), failedAt: Date.now(), failing: true }
      seen.set(health.address, { ...health, ...failure })
    },
    list: () => [...seen.values()],
  }
}
