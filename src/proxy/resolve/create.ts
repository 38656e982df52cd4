import type { Config } from '../../config/schema.ts'
import { createRouting } from './cidr.ts'
import type { DnsAnswer } from './dns.ts'
import type { KeptLookup } from './lookup.ts'
import { loadModule } from './module.ts'
import type { Resolution, Resolver } from './resolver.ts'
import { withHosts } from './static.ts'

/** The resolver a configuration asks for; names are looked up by `lookup`. Rejects with a UserError where it needs what is not there. */
export async function createResolver({ resolver, hosts }: Config, { lookup }: KeptLookup): Promise<Resolver> {
  const { kind, module } = resolver
  if (kind === 'module') return withHosts(hosts, await loadModule(module ?? ''))
  const route = createRouting(resolver.routes)
  return withHosts(hosts, {
    resolve(query) {
      const resolution = ({ addresses, stale }: DnsAnswer): Resolution => {
        const candidates = addresses.map((address) =>
          kind === 'cidr' ? route(address, query) : { address, port: query.port, source: undefined, origin: kind },
        )
        return { candidates, stale }
      }
      const answer = lookup(query.host)
      return answer instanceof Promise ? answer.then(resolution) : resolution(answer)
    },
  })
}
