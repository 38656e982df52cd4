import { close, open, readFileSync } from 'node:fs'
import { codeOf } from '../errors.ts'
import type { Limits } from './admission.ts'

/** Kept for what is not a relayed connection: listeners, DNS, logs, a race's second attempt. */
const RESERVE_SHARE = 1 / 8
const RESERVE_LEAST = 32
const RESERVE_MOST = 512
/** A relayed connection holds one descriptor on either side. */
const PER_CONNECTION = 2
/** Where the limit cannot be read. */
const ASSUMED_LIMIT = 1024
/** How often it is tried whether a descriptor can still be had (ms). */
const PROBE_MS = 1_000

/** This process's limit of open descriptors (Node has raised the soft limit to the hard one at start). */
export function descriptorLimit(): number {
  try {
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === undefined ? ASSUMED_LIMIT : soft === 'unlimited' ? 2 ** 20 : Number(soft)
  } catch {
    return ASSUMED_LIMIT
  }
}

/** The limits that hold: those asked for, as far as the descriptors go, and the rest derived from the descriptors. */
export function limitsFor(descriptors: number, asked: { readonly [K in keyof Limits]?: number | undefined }): Limits {
  const reserve = Math.min(Math.max(descriptors * RESERVE_SHARE, RESERVE_LEAST), RESERVE_MOST)
  const most = Math.max(1, Math.floor((descriptors - reserve) / PER_CONNECTION))
  const connections = Math.min(asked.connections ?? most, most)
  return {
    connections,
    perClient: Math.min(asked.perClient ?? Math.ceil(connections / 2), connections),
    peeking: Math.min(asked.peeking ?? Math.ceil(connections / 2), connections),
  }
}

/**
 * Tells when descriptors run out and when they are back. Node says nothing by itself: libuv accepts such connections
 * and closes them at once, without an event. Returns how to stop watching.
 */
export function watchDescriptors(onChange: (exhausted: boolean) => void): () => void {
  let exhausted = false
  const probe = (): void =>
    open('/dev/null', 'r', (error, descriptor) => {
      const now = error !== null && (codeOf(error) === 'EMFILE' || codeOf(error) === 'ENFILE')
      if (error === null) close(descriptor)
      if (now !== exhausted) onChange((exhausted = now))
    })
  const timer = setInterval(probe, PROBE_MS).unref()
  return () => clearInterval(timer)
}
