import { identify, namesOf, type Network, type Role } from '../acr/hostnames.ts'
import { wildcardsOf } from '../acr/wildcards.ts'
import type { Config } from '../config/schema.ts'
import { createRouter } from '../proxy/route/router.ts'

/** Which of ACR's names: `internal` for those of VPCs and the classic network. */
export type Which = 'internal' | 'public' | 'all'

export interface ClientName {
  readonly host: string
  readonly role: Role
}

/** Names that begin and end so, with anything between; `role` custom: of any depth, otherwise one label. */
export interface ClientWildcard {
  readonly before: string
  readonly after: string
  readonly role: Role
}

/** What clients ask the proxy for: names that are known, and forms of names that are not. */
export interface ClientNames {
  readonly exact: readonly ClientName[]
  readonly wildcards: readonly ClientWildcard[]
}

/** The names whose addresses a resolver of this kind believes. */
export function namesFor(kind: Config['resolver']['kind']): Which {
  if (kind === 'public') return 'public'
  return kind === 'module' ? 'all' : 'internal'
}

/** Every name that the configuration admits, as far as it is known, without those that `which` leaves out. */
export function clientNames({ region, allow, hosts }: Config, which: Which): ClientNames {
  const { instances, buckets } = allow
  const router = createRouter({ regions: region, ...allow, instances })
  const wanted = ({ network }: { readonly network: Network }): boolean =>
    which === 'all' || (network === 'public') === (which === 'public')

  const acr = region.flatMap((id) => namesOf(id, { instances: instances ?? [], buckets: named(buckets) }))
  const own = [...allow.hosts.filter((host) => !host.startsWith('*')), ...Object.keys(hosts)]
  const known = [...acr.filter(wanted).map(({ host }) => host), ...own]
  const open = { instances: instances === undefined, buckets: buckets.includes('*') }
  const suffixes = allow.hosts.filter((host) => host.startsWith('*'))
  return {
    exact: [...new Set(known)]
      .filter((host) => router.route(host, 443).ok)
      .map((host) => ({ host, role: identify(host)?.role ?? 'custom' })),
    wildcards: [
      ...region
        .flatMap((id) => wildcardsOf(id, open))
        .filter(({ like }) => wanted(like))
        .map(({ before, after, like }) => ({ before, after, role: like.role })),
      ...suffixes.map((host) => ({ before: '', after: host.slice(1), role: 'custom' as const })),
    ],
  }
}

/** `cri-*-registry.oss-cn-beijing-internal.aliyuncs.com` */
export function sayWildcard({ before, after }: ClientWildcard): string {
  return `${before}*${after}`
}

function named(buckets: readonly string[]): readonly string[] {
  return buckets.filter((bucket) => bucket !== '*')
}
