import type { Config } from '../config/schema.ts'
import { createGuard, type Guard } from '../proxy/guard.ts'
import { createOwnAddresses } from '../proxy/own-addresses.ts'
import { createResolver } from '../proxy/resolve/create.ts'
import type { DnsObserver } from '../proxy/resolve/dns.ts'
import { keepLookup } from '../proxy/resolve/lookup.ts'
import type { Resolver } from '../proxy/resolve/resolver.ts'
import { createRouter, type Router } from '../proxy/route/router.ts'

/** The stages of the data path that decide where a connection goes. */
export interface Path {
  readonly router: Router
  readonly resolver: Resolver
  readonly guard: Guard
}

const UNOBSERVED: DnsObserver = { onLookup: () => {}, onStale: () => {}, onFresh: () => {} }

/** The stages as the proxy makes them, for a proxy on this host. Rejects with a UserError. */
export async function createPath(config: Config): Promise<Path> {
  const { allow, resolver, listen, ownAddresses } = config
  const bound = listen.map(({ host, port }) => ({ address: host ?? '::', port }))
  return {
    router: createRouter({ ...allow, regions: config.region, instances: allow.instances }),
    resolver: await createResolver(config, keepLookup(resolver, undefined, UNOBSERVED)),
    guard: createGuard({
      routes: resolver.routes.map(({ cidr }) => cidr),
      ownAddresses,
      listensAt: createOwnAddresses(() => bound),
    }),
  }
}
