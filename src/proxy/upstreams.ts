import { LRUCache } from 'lru-cache'
import { hostPort } from '../host-port.ts'
import { codeOf } from '../errors.ts'
import type { Mutable } from '../mutable.ts'
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
  const seen = new LRUCache<string, Mutable<UpstreamHealth>>({ max: MAX_ADDRESSES })
  const get = (host: string, target: Target): Mutable<UpstreamHealth> => {
    const address = hostPort(target.address, target.port)
    let health = seen.get(address)
    if (health === undefined) seen.set(address, (health = untried(address, host)))
    health.host = host
    return health
  }
  return {
    connected(host, target, ms) {
      const health = get(host, target)
      health.meanMs = ((health.meanMs ?? 0) * health.connects + ms) / (health.connects + 1)
      health.connects += 1
      health.lastMs = ms
      health.failing = false
    },
    failed(host, target, error) {
      const health = get(host, target)
      health.failures += 1
      health.lastError = codeOf(error)
      health.failedAt = Date.now()
      health.failing = true
    },
    list: () => Array.from(seen.values(), (health) => ({ ...health })),
  }
}

function untried(address: string, host: string): Mutable<UpstreamHealth> {
  const none = { lastMs: undefined, meanMs: undefined, lastError: undefined, failedAt: undefined }
  return { address, host, connects: 0, failures: 0, ...none, failing: false }
}
