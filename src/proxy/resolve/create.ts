import type { Config } from '../../config/schema.ts'
import { createRouting } from './cidr.ts'
import type { KeptLookup } from './lookup.ts'
import { loadModule } from './module.ts'
import type { Resolver } from './resolver.ts'
import { withHosts } from './static.ts'

/** The resolver a configuration asks for; names are looked up by `lookup`. Rejects with a UserError where it needs what is not there. */
export async function createResolver({ resolver, hosts }: Config, { lookup }: KeptLookup): Promise<Resolver> {
  const { kind, module } = resolver
  if (kind === 'module') return withHosts(hosts, await loadModule(module ?? ''))
  const route = createRouting(resolver.routes)
  return withHosts(hosts, {
    async resolve(query) {
      const { addresses, stale } = await lookup(query.host)
      const candidates = addresses.map((address) =>
        kind === 'cidr' ? route(address, query) : { address, port: query.port, source: undefined, origin: kind },
      )
      return { candidates, stale }
    },
  })
}
