import { LRUCache } from 'lru-cache'
import type { Mutable } from '../mutable.ts'
import type { ConnectionRecord } from './account.ts'
import type { Refusal, RefusalReason } from './reject.ts'

/** A rule such as `*.example.com` admits any number of names: totals are kept of those seen last. */
const MAX_HOSTS = 200
/** How many refusals of each reason are remembered, and how much of what each of them says (characters). */
const LATEST = 10
const MAX_WHY = 300

/** What there was of one role, or of one host, since the start. */
export interface Totals {
  /** Connections and forwarded requests that have ended. */
  readonly ended: number
  /** Those among them that were refused. */
  readonly refused: number
  readonly bytesUp: number
  readonly bytesDown: number
}

export interface PastRefusal {
  /** ms since 1970 */
  readonly at: number
  readonly client: string
  /** undefined where none, or none that a host can have, was named */
  readonly host: string | undefined
  readonly why: string
}

export interface RefusalCount {
  readonly count: number
  /** The latest first. */
  readonly latest: readonly PastRefusal[]
}

/** Sums for people, beside the metrics: by role (`none` where no rule admitted the name), host and refusal. */
export interface Tally {
  moved(record: ConnectionRecord, bytesUp: number, bytesDown: number): void
  ended(record: ConnectionRecord): void
  refused(record: ConnectionRecord, refusal: Refusal): void
  readonly roles: ReadonlyMap<string, Totals>
  /** The host used last first. */
  hosts(): readonly (Totals & { readonly host: string; readonly role: string })[]
  readonly refusals: ReadonlyMap<RefusalReason, RefusalCount>
}

export function createTally(): Tally {
  const roles = new Map<string, Mutable<Totals>>()
  const hosts = new LRUCache<string, { readonly role: string; readonly totals: Mutable<Totals> }>({ max: MAX_HOSTS })
  const refusals = new Map<RefusalReason, { count: number; latest: PastRefusal[] }>()

  /** Names that no rule admits are a stranger's to choose, and get no totals. */
  const totalsOf = ({ route }: ConnectionRecord): readonly Mutable<Totals>[] => {
    const role = route?.role ?? 'none'
    let ofRole = roles.get(role)
    if (ofRole === undefined) roles.set(role, (ofRole = none()))
    if (route === undefined) return [ofRole]
    let ofHost = hosts.get(route.host)
    if (ofHost === undefined) hosts.set(route.host, (ofHost = { role, totals: none() }))
    return [ofRole, ofHost.totals]
  }
  return {
    roles,
    hosts: () => Array.from(hosts.entries(), ([host, { role, totals }]) => ({ host, role, ...totals })),
    refusals,
    moved(record, bytesUp, bytesDown) {
      for (const totals of totalsOf(record)) {
        totals.bytesUp += bytesUp
        totals.bytesDown += bytesDown
      }
    },
    ended(record) {
      for (const totals of totalsOf(record)) totals.ended += 1
    },
    refused(record, { reason, message }) {
      for (const totals of totalsOf(record)) totals.refused += 1
      const past = refusals.get(reason) ?? { count: 0, latest: [] }
      refusals.set(reason, past)
      past.count += 1
      const { client, host } = record
      past.latest.unshift({ at: Date.now(), client, host, why: message.slice(0, MAX_WHY) })
      past.latest.length = Math.min(past.latest.length, LATEST)
    },
  }
}

function none(): Mutable<Totals> {
  return { ended: 0, refused: 0, bytesUp: 0, bytesDown: 0 }
}
