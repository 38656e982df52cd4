import { hostPort } from '../host-port.ts'
import type { Config } from '../config/schema.ts'
import type { Remedy } from '../diagnostics/remedy.ts'
import type { Readiness } from '../proxy/readiness.ts'
import type { RefusalReason } from '../proxy/reject.ts'
import type { RefusalSummary, Snapshot } from '../proxy/snapshot.ts'
import type { PastRefusal } from '../proxy/tally.ts'

/** What /status says: declared API. Times are ms since 1970, durations ms, sizes bytes. */
export interface Status extends Omit<Snapshot, 'uptimeMs' | 'refusals'> {
  readonly version: string
  readonly node: string
  readonly pid: number
  readonly startedAt: number
  readonly uptimeMs: number
  readonly readiness: Readiness
  readonly configuration: Summary
  readonly refusals: readonly (Omit<RefusalSummary, 'latest'> & {
    readonly latest: readonly (PastRefusal & { readonly remedy?: Remedy | undefined })[]
  })[]
}

/** Knows what would lift a refusal, if anything would. */
export type Remedies = (refusal: PastRefusal & { readonly reason: RefusalReason }) => Remedy | undefined

/** The configuration in short, without what is secret. */
export interface Summary {
  readonly region: readonly string[]
  readonly resolver: {
    readonly kind: Config['resolver']['kind']
    /** `address:port` of each DNS server that is asked. */
    readonly servers: readonly string[]
    readonly routes: readonly string[]
  }
  /** Names with fixed addresses. */
  readonly hosts: readonly string[]
  readonly allow: Config['allow']
  readonly timeouts: Config['timeouts']
}

/** `servers` are those the resolver asks. */
export function summaryOf(
  { region, resolver, hosts, allow, timeouts }: Config,
  servers: readonly { readonly address: string; readonly port: number }[],
): Summary {
  return {
    region,
    resolver: {
      kind: resolver.kind,
      servers: servers.map(({ address, port }) => hostPort(address, port)),
      routes: resolver.routes.map(({ cidr }) => cidr),
    },
    hosts: Object.keys(hosts),
    allow,
    timeouts,
  }
}

export function statusOf(
  version: string,
  configuration: Summary,
  snapshot: Snapshot,
  readiness: Readiness,
  remedyFor: Remedies,
): Status {
  return {
    version,
    node: process.version,
    pid: process.pid,
    startedAt: Date.now() - snapshot.uptimeMs,
    readiness,
    configuration,
    ...snapshot,
    refusals: snapshot.refusals.map((summary) => ({
      ...summary,
      latest: summary.latest.map((past) => ({
        ...past,
        remedy: remedyFor({ ...past, reason: summary.reason }),
      })),
    })),
  }
}
