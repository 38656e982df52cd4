import os from 'node:os'
import type { Bound } from '../listening.ts'

/** Interfaces come and go, but asking the kernel for each connection would cost more than the rest of the guard (ms). */
const REFRESH_MS = 5_000

/** Whether connecting to an address and port would reach one of our own listeners. */
export function createOwnAddresses(listeners: () => readonly Bound[]): (address: string, port: number) => boolean {
  let known: ReadonlySet<string> = new Set()
  let readAt = -Infinity
  const isLocal = (address: string): boolean => {
    if (performance.now() - readAt > REFRESH_MS) {
      readAt = performance.now()
      known = new Set(
        Object.values(os.networkInterfaces()).flatMap((list) => (list ?? []).map((entry) => entry.address)),
      )
    }
    // The kernel answers on all of 127.0.0.0/8, though an interface shows 127.0.0.1 alone.
    return address.startsWith('127.') || known.has(address)
  }
  return (address, port) =>
    listeners().some(
      (bound) => bound.port === port && (bound.address === address || (isAny(bound.address) && isLocal(address))),
    )
}

function isAny(address: string): boolean {
  return address === '::' || address === '0.0.0.0'
}
