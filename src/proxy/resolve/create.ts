import dns from 'node:dns'
import type { Config } from '../../config/schema.ts'
import { createRouting } from './cidr.ts'
import { createDns, type DnsObserver } from './dns.ts'
import { loadModule } from './module.ts'
import type { Resolver } from './resolver.ts'
import { createServers, type ServerAddress } from './servers.ts'
import { withHosts } from './static.ts'

/** Alibaba Cloud's name servers inside every VPC: only they know PrivateZone names. */
const VPC_SERVERS: readonly ServerAddress[] = [
  { address: '100.100.2.136', port: 53 },
  { address: '100.100.2.138', port: 53 },
]

/** The resolver a configuration asks for. Rejects with a UserError where it needs what is not there. */
export async function createResolver({ resolver, hosts }: Config, observer: DnsObserver): Promise<Resolver> {
  const { kind, module } = resolver
  if (kind === 'module') return withHosts(hosts, await loadModule(module ?? ''))
  const lookup = createDns(createServers(serversOf(resolver), resolver.timeout), resolver, observer)
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

/** The DNS servers that will be asked, in order. */
export function serversOf({ kind, servers }: Config['resolver']): readonly ServerAddress[] {
  if (servers.length > 0) return servers
  return kind === 'vpc' ? VPC_SERVERS : dns.getServers().map(systemServer)
}

/** What dns.getServers gives: `address`, or `address:port`, or `[v6]:port`. */
function systemServer(text: string): ServerAddress {
  const match = /^\[(.+)\]:(\d+)$|^([^:]+):(\d+)$/.exec(text)
  if (match === null) return { address: text, port: 53 }
  return { address: match[1] ?? match[3] ?? text, port: Number(match[2] ?? match[4]) }
}
