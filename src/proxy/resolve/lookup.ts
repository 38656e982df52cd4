import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../../config/schema.ts'
import { createDns, type DnsAnswer, type DnsObserver } from './dns.ts'
import { createServers, serversOf } from './servers.ts'

/** A look-up with its cache, and the settings it was made from. */
export interface KeptLookup {
  readonly settings: object
  readonly lookup: (host: string) => DnsAnswer | Promise<DnsAnswer>
}

/**
 * The look-up that a configuration asks for: the one `before` where its settings are the same, since its answers may be all
 * there is while no DNS server answers.
 */
export function keepLookup(
  resolver: Config['resolver'],
  before: KeptLookup | undefined,
  observer: DnsObserver,
): KeptLookup {
  const { timeout, minTtl, maxTtl, failureTtl, staleFor } = resolver
  const servers = serversOf(resolver)
  const settings = { servers, timeout, minTtl, maxTtl, failureTtl, staleFor }
  if (before !== undefined && isDeepStrictEqual(before.settings, settings)) return before
  return { settings, lookup: createDns(createServers(servers, timeout), settings, observer) }
}
