import type { ConnectionRecord } from './account.ts'
import type { Limits } from './admission.ts'
import { REFUSALS, type RefusalReason } from './reject.ts'
import type { RefusalCount, Tally, Totals } from './tally.ts'
import type { UpstreamHealth } from './upstreams.ts'

/** The newest so many connections are listed, and so many of those that have moved most. */
const NEWEST = 50
const BIGGEST = 50

/** One connection, or forwarded request, that is open. */
export interface OpenConnection {
  readonly conn: string
  readonly client: string
  readonly listener: string
  /** It has named no host yet, is being connected, or is relayed. */
  readonly state: 'peeking' | 'connecting' | 'relaying'
  readonly kind: string | undefined
  readonly host: string | undefined
  readonly role: string | undefined
  readonly upstream: string | undefined
  readonly ageMs: number
  readonly bytesUp: number
  readonly bytesDown: number
}

export interface RefusalSummary extends RefusalCount {
  readonly reason: RefusalReason
  /** What can be done about it. */
  readonly hint: string
}

export interface DnsCounts {
  /** Names in the cache. */
  readonly names: number
  readonly hits: number
  readonly misses: number
  /** Expired answers that were used. */
  readonly stale: number
}

/** What the data path is doing, at one moment; plain data, every list bounded. */
export interface Snapshot {
  readonly uptimeMs: number
  readonly draining: boolean
  readonly listeners: readonly { readonly name: string; readonly proxyProtocol: boolean }[]
  readonly limits: Limits
  /** How many connections are open; `connections` may list fewer. */
  readonly open: number
  readonly connections: readonly OpenConnection[]
  readonly roles: readonly (Totals & { readonly role: string })[]
  readonly hosts: readonly (Totals & { readonly host: string; readonly role: string })[]
  readonly refusals: readonly RefusalSummary[]
  readonly upstreams: readonly UpstreamHealth[]
  readonly dns: DnsCounts
}

/** The newest connections and the biggest ones, the newest first. `now` is of performance.now. */
export function openConnections(live: Iterable<ConnectionRecord>, now: number): readonly OpenConnection[] {
  // In the order in which they came: the newest are the last.
  const all = [...live]
  const listed = new Set(all.slice(-NEWEST))
  if (all.length > NEWEST) {
    const biggest = all.slice(0, -NEWEST).toSorted((a, b) => moved(b) - moved(a))
    for (const record of biggest.slice(0, BIGGEST)) listed.add(record)
  }
  return Array.from(listed, (record) => openConnection(record, now)).toSorted((a, b) => a.ageMs - b.ageMs)
}

function moved({ counters }: ConnectionRecord): number {
  return counters === undefined ? 0 : counters.bytesUp + counters.bytesDown
}

function openConnection(record: ConnectionRecord, now: number): OpenConnection {
  const { opening, counters, route } = record
  return {
    conn: record.id,
    client: record.client,
    listener: record.listener,
    state: counters !== undefined ? 'relaying' : opening !== undefined ? 'connecting' : 'peeking',
    kind: opening?.kind,
    host: record.host,
    role: route?.role,
    upstream: record.upstream,
    ageMs: Math.round(now - record.startedAt),
    bytesUp: counters?.bytesUp ?? 0,
    bytesDown: counters?.bytesDown ?? 0,
  }
}

/** The sums of a tally as lists; the most frequent refusal first. */
export function sums(tally: Tally): Pick<Snapshot, 'roles' | 'hosts' | 'refusals'> {
  return {
    roles: Array.from(tally.roles, ([role, totals]) => ({ role, ...totals })),
    hosts: tally.hosts(),
    refusals: Array.from(tally.refusals, ([reason, { count, latest }]) => ({
      reason,
      hint: REFUSALS[reason].hint,
      count,
      latest: [...latest],
    })).toSorted((a, b) => b.count - a.count),
  }
}
