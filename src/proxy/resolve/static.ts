import type { Resolver } from './resolver.ts'

export interface FixedAddress {
  readonly address: string
  readonly port: number | undefined
}

/** Fixed addresses laid over another resolver: a name listed here is never looked up. */
export function withHosts(hosts: Readonly<Record<string, readonly FixedAddress[]>>, resolver: Resolver): Resolver {
  const fixed = new Map(Object.entries(hosts))
  if (fixed.size === 0) return resolver
  return {
    ...resolver,
    resolve(query) {
      const addresses = fixed.get(query.host)
      if (addresses === undefined) return resolver.resolve(query)
      const candidates = addresses.map(({ address, port }) => ({
        address,
        port: port ?? query.port,
        source: undefined,
        origin: 'hosts' as const,
      }))
      return { candidates, stale: false }
    },
  }
}
