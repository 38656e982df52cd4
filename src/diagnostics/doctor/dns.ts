import type { Config } from '../../config/schema.ts'
import { hostPort } from '../../host-port.ts'
import { createServers, type Lookup, serversOf } from '../../proxy/resolve/servers.ts'
import { failed, type Finding, ok, skipped, warning } from './check.ts'
import type { Examination } from './examination.ts'

/** Asks each DNS server of the configuration by itself for `host`. */
export async function checkDns(exam: Examination, { resolver }: Config, host: string): Promise<void> {
  if (resolver.kind === 'module')
    return exam.tell({ group: 'dns', subject: 'servers' }, skipped('a resolver module finds the addresses'))
  const servers = serversOf(resolver)
  if (servers.length === 0)
    return exam.tell(
      { group: 'dns', subject: 'servers' },
      failed('this system names none', 'name them with --resolver-servers'),
    )
  const asked = await Promise.all(
    servers.map(async (server) => ({
      name: hostPort(server.address, server.port),
      done: await exam.timed(() => createServers([server], resolver.timeout)(host)),
    })),
  )
  const lookups = asked.flatMap(({ done }) => ('value' in done ? [done.value] : []))
  for (const { name, done } of asked) {
    const finding = 'value' in done ? judge(done.value, host, lookups, resolver.kind) : exam.explain(done.error)
    exam.tell({ group: 'dns', subject: name }, finding, done.ms)
  }
}

/** One that is silent is failed over while another answers; one that does not know a name that another knows is none for ACR. */
function judge(lookup: Lookup, host: string, all: readonly Lookup[], kind: Config['resolver']['kind']): Finding {
  switch (lookup.kind) {
    case 'found':
      return ok(`answers: ${host} is ${lookup.addresses.join(', ')}`)
    case 'absent':
      if (all.some((other) => other.kind === 'found'))
        return warning(
          `answers, but not as another server does: ${host}: ${lookup.why}`,
          'ask only servers that know these names: --resolver-servers',
        )
      return ok(`answers: ${host}: ${lookup.why}`)
    case 'failed': {
      const why = lookup.why.replace(/^\S+ /, '')
      if (all.some((other) => other.kind !== 'failed'))
        return warning(why, 'another server answers in its place, up to half a second later: mend it or leave it out')
      return failed(why, HINTS[kind])
    }
  }
}

const HINTS: Readonly<Record<Config['resolver']['kind'], string>> = {
  vpc: 'the DNS servers of VPCs answer inside a VPC of Alibaba Cloud only: on other hosts use --resolver public, or cidr with routes to them; see the firewall check, too',
  cidr: 'route the DNS servers to the region, too (acr-proxy routes prints what), or name others with --resolver-servers',
  public: 'name servers that answer with --resolver-servers, and let UDP and TCP port 53 pass',
  module: '',
}
