import type { Socket } from 'node:net'
import type { Config } from '../config/schema.ts'
import { createDialler, type Dialler } from '../proxy/dial.ts'
import { connectSocket } from '../proxy/engine/connect.ts'
import { createGuard, type Guard } from '../proxy/guard.ts'
import { createOwnAddresses } from '../proxy/own-addresses.ts'
import { Refusal } from '../proxy/reject.ts'
import { createResolver } from '../proxy/resolve/create.ts'
import type { DnsObserver } from '../proxy/resolve/dns.ts'
import { keepLookup } from '../proxy/resolve/lookup.ts'
import type { Candidate, Resolver } from '../proxy/resolve/resolver.ts'
import { createRouter, type Router } from '../proxy/route/router.ts'

/** The stages of the data path that decide where a connection goes, and the one that connects. */
export interface Path {
  readonly router: Router
  readonly resolver: Resolver
  readonly guard: Guard
  readonly dialler: Dialler<Socket>
}

const UNOBSERVED: DnsObserver = { onLookup: () => {}, onStale: () => {}, onFresh: () => {} }

/** The stages as the proxy makes them, for a proxy on this host. Rejects with a UserError. */
export async function createPath(config: Config): Promise<Path> {
  const { allow, resolver, listen, ownAddresses, timeouts } = config
  const bound = listen.map(({ host, port }) => ({ address: host ?? '::', port }))
  return {
    router: createRouter({ ...allow, regions: config.region, instances: allow.instances }),
    resolver: await createResolver(config, keepLookup(resolver, undefined, UNOBSERVED)),
    guard: createGuard({
      routes: resolver.routes.map(({ cidr }) => cidr),
      ownAddresses,
      listensAt: createOwnAddresses(() => bound),
    }),
    dialler: createDialler<Socket>(connectSocket, { connectMs: timeouts.connect, dialMs: timeouts.dial }),
  }
}

/** Where a connection for an admitted, normalised name would be dialled. Rejects with a Refusal. */
export async function locate(
  { router, resolver, guard }: Path,
  host: string,
  port: number,
): Promise<readonly Candidate[]> {
  const routed = router.route(host, port)
  if (!routed.ok) throw new Refusal(routed.reason, routed.why)
  return guard.admit(host, (await resolver.resolve(routed.route)).candidates)
}
