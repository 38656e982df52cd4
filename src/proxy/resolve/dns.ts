import { LRUCache } from 'lru-cache'
import { Refusal } from '../reject.ts'
import type { Lookup } from './servers.ts'

/** Names are bounded by the rules, but a rule such as `*-registry` admits any number of them. */
const MAX_NAMES = 1000
/** To the cache, 0 means for ever (ms). */
const SHORTEST = 1

export interface CacheLimits {
  /** Bounds of what a TTL may say, how long a failure is kept, and how old a stale answer may be (ms). */
  readonly minTtl: number
  readonly maxTtl: number
  readonly failureTtl: number
  readonly staleFor: number
}

export type CacheEvent = 'hit' | 'miss' | 'stale'

/** Told of every look-up, and of a name whose servers begin to fail or answer again. */
export interface DnsObserver {
  /** `names`: how many the cache holds. */
  onLookup(event: CacheEvent, names: number): void
  onStale(host: string, why: string): void
  onFresh(host: string): void
}

export interface DnsAnswer {
  readonly addresses: readonly string[]
  readonly stale: boolean
}

interface Entry {
  readonly lookup: Lookup
  /** The last good answer and the time until which it may be served (ms of performance.now). */
  readonly good: { readonly addresses: readonly string[]; readonly until: number } | undefined
}

/**
 * A cache in front of DNS servers: one query in flight a name, failures kept briefly, the last good answer served
 * while every server fails. The returned function answers at once where it can, and throws, or rejects with, a Refusal (`resolve-failed`).
 */
export function createDns(
  ask: (host: string) => Promise<Lookup>,
  limits: CacheLimits,
  observer: DnsObserver,
): (host: string) => DnsAnswer | Promise<DnsAnswer> {
  const cache = new LRUCache<string, Entry>({
    max: MAX_NAMES,
    // An expired entry is what carries the last good answer to the next query.
    noDeleteOnStaleGet: true,
    allowStale: false,
    ttl: limits.maxTtl,
    ttlResolution: 0,
    fetchMethod: async (host, previous, { options }) => {
      const lookup = await ask(host)
      const now = performance.now()
      const ttl = lookup.kind === 'found' ? clamp(lookup.ttlMs, limits.minTtl, limits.maxTtl) : limits.failureTtl
      options.ttl = Math.max(ttl, SHORTEST)
      if (lookup.kind === 'found') {
        if (previous?.lookup.kind === 'failed') observer.onFresh(host)
        return { lookup, good: { addresses: lookup.addresses, until: now + ttl + limits.staleFor } }
      }
      const good =
        lookup.kind === 'failed' && previous?.good !== undefined && previous.good.until > now
          ? previous.good
          : undefined
      if (good !== undefined && previous?.lookup.kind === 'found') observer.onStale(host, lookup.why)
      return { lookup, good }
    },
  })

  const answer = (host: string, entry: Entry | undefined, event: CacheEvent): DnsAnswer => {
    if (entry?.good === undefined) {
      observer.onLookup(event, cache.size)
      throw new Refusal(
        'resolve-failed',
        `${host}: ${entry === undefined || entry.lookup.kind === 'found' ? 'no answer' : entry.lookup.why}`,
      )
    }
    const stale = entry.lookup.kind === 'failed'
    observer.onLookup(stale ? 'stale' : event, cache.size)
    return { addresses: entry.good.addresses, stale }
  }
  return (host) => {
    const cached = cache.get(host)
    if (cached !== undefined) return answer(host, cached, 'hit')
    return cache.fetch(host).then((entry) => answer(host, entry, 'miss'))
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
