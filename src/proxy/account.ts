import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { type Enrolled, Roll } from '../roll.ts'
import type { RelayEnd } from './engine/engine.ts'
import type { Opening, Source } from './peek/peek.ts'
import { createRefusalLog } from './refusal-log.ts'
import type { Refusal } from './reject.ts'
import type { Route } from './route/router.ts'
import { createTally, type Tally } from './tally.ts'

/** Live byte counts of whatever moves them. */
export interface Counters {
  readonly bytesUp: number
  readonly bytesDown: number
}

/** All that is known of one connection, or of one forwarded request; stages fill it in as they go. */
export interface ConnectionRecord extends Enrolled<ConnectionRecord> {
  readonly id: string
  readonly listener: string
  /** ms of performance.now */
  readonly startedAt: number
  client: string
  clientPort: number
  /** How often it seems to have come through here before. */
  round: number
  opening?: Pick<Opening, 'kind' | 'alpn' | 'version' | 'ech'>
  host?: string
  route?: Route
  resolveMs?: number
  stale?: boolean
  connectMs?: number
  upstream?: string
  counters?: Counters
  /** What of it is in the sums already. */
  counted?: Counters
  /** Why the proxy itself cut it, if it did. */
  cut?: string
  /** Who can end it at once, by reset. */
  holder: { abort(reason: string): void }
}

export interface Accounts {
  /** What is open now. */
  readonly live: Iterable<ConnectionRecord> & { readonly size: number }
  /** What there has been; `countOpen` brings it up to date. */
  readonly tally: Tally
  open(id: string, listener: string, client: Source, abort: (reason: string) => void): ConnectionRecord
  /** One log line and the metrics; the record is then closed, and closing it again does nothing. */
  ended(record: ConnectionRecord, end: RelayEnd): void
  /** The same for a client that was lost before it had an upstream. */
  lost(record: ConnectionRecord): void
  refused(record: ConnectionRecord, refusal: Refusal): void
  /** Closes a record of which nothing is to be said: a probe that sent nothing, or the frame of forwarded requests. */
  dismiss(record: ConnectionRecord): void
  /** Counts what open connections have moved since it was last counted. */
  countOpen(): void
  /** Resolves as soon as nothing is open. */
  whenIdle(): Promise<void>
  /** Writes out what the log still holds back. */
  close(): void
}

/** Offered protocols worth a place in a line; a hostile hello may list thousands. */
const MAX_ALPN = 8

const NOTHING: Counters = { bytesUp: 0, bytesDown: 0 }

/** Accounts for every connection exactly once. */
export function createAccounts(log: Log, metrics: Metrics): Accounts {
  const tally = createTally()
  const live = new Roll<ConnectionRecord>()
  const refusalLog = createRefusalLog(log)
  /** How many ended, by role and outcome, and bytes by role that the metrics have. */
  const outcomes = new Map<string, number>()
  const handedOver = new Map<string, Counters>()
  const idle: (() => void)[] = []

  /** Adds what has moved since the last time, so that a long transfer shows while it runs. */
  const countBytes = (record: ConnectionRecord): void => {
    const { bytesUp, bytesDown } = record.counters ?? NOTHING
    const before = record.counted ?? NOTHING
    const up = bytesUp - before.bytesUp
    const down = bytesDown - before.bytesDown
    if (up > 0 || down > 0) tally.moved(record, up, down)
    record.counted = { bytesUp, bytesDown }
  }
  const countOpen = (): void => {
    for (const record of live) countBytes(record)
  }
  /** Metrics are found by their labels, which costs more than adding up: they get their sums when they are asked for. */
  metrics.onScrape(() => {
    countOpen()
    metrics.open.set(live.size)
    for (const [role, { bytesUp, bytesDown }] of tally.roles) {
      const before = handedOver.get(role) ?? NOTHING
      if (bytesUp > before.bytesUp) metrics.bytes.inc({ direction: 'up', role }, bytesUp - before.bytesUp)
      if (bytesDown > before.bytesDown) metrics.bytes.inc({ direction: 'down', role }, bytesDown - before.bytesDown)
      handedOver.set(role, { bytesUp, bytesDown })
    }
    for (const [key, count] of outcomes) {
      const [role = '', outcome = ''] = key.split(' ')
      metrics.connections.inc({ role, outcome }, count)
    }
    outcomes.clear()
  })

  const leave = (record: ConnectionRecord): boolean => {
    if (!live.delete(record)) return false
    if (live.size === 0) for (const resolve of idle.splice(0)) resolve()
    return true
  }
  const close = (record: ConnectionRecord, outcome: string): boolean => {
    if (!leave(record)) return false
    const role = record.route?.role ?? 'none'
    countBytes(record)
    const key = `${role} ${outcome}`
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
    tally.ended(record)
    if (record.resolveMs !== undefined) metrics.resolveSeconds.observe({ role }, record.resolveMs / 1000)
    if (record.connectMs !== undefined) metrics.connectSeconds.observe({ role }, record.connectMs / 1000)
    return true
  }

  const ended: Accounts['ended'] = (record, end) => {
    if (close(record, outcomeOf(end))) log.info(fields(record, end), 'connection')
  }

  return {
    live,
    tally,
    open(id, listener, client, abort) {
      const cut = (reason: string): void => {
        record.cut = reason
        abort(reason)
      }
      const record: ConnectionRecord = {
        id,
        listener,
        startedAt: performance.now(),
        client: client.address,
        clientPort: client.port,
        round: 0,
        holder: { abort: cut },
      }
      live.add(record)
      return record
    },
    ended,
    lost: (record) => ended(record, byWhom(record)),
    refused(record, refusal) {
      if (!close(record, 'refused')) return
      metrics.refusals.inc({ reason: refusal.reason })
      tally.refused(record, refusal)
      refusalLog.write(refusal.reason, fields(record, { reason: refusal.reason, why: refusal.message }))
    },
    dismiss: (record) => void leave(record),
    countOpen,
    whenIdle: () => (live.size === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    close: () => refusalLog.flush(),
  }
}

function byWhom({ cut }: ConnectionRecord): RelayEnd {
  return cut === undefined ? { endedBy: 'client', reason: 'left-early' } : { endedBy: 'proxy', reason: cut }
}

/** Few values, for a metric's label: the exact reason is in the log. */
function outcomeOf({ endedBy, reason }: RelayEnd): string {
  if (reason === 'end') return 'completed'
  return endedBy === 'proxy' ? reason : 'reset'
}

/** Log keys are declared API. */
function fields(record: ConnectionRecord, end: Partial<RelayEnd> & { readonly why?: string }): object {
  const { opening, route, counters } = record
  return {
    conn: record.id,
    client: record.client,
    clientPort: record.clientPort,
    listener: record.listener,
    kind: opening?.kind,
    host: record.host,
    role: route?.role,
    region: route?.region,
    rule: route?.rule,
    upstream: record.upstream,
    resolveMs: round(record.resolveMs),
    connectMs: round(record.connectMs),
    totalMs: round(performance.now() - record.startedAt),
    bytesUp: counters?.bytesUp,
    bytesDown: counters?.bytesDown,
    alpn: opening === undefined || opening.alpn.length === 0 ? undefined : opening.alpn.slice(0, MAX_ALPN).join(','),
    version: opening?.version,
    ech: opening?.ech === true ? true : undefined,
    stale: record.stale === true ? true : undefined,
    endedBy: end.endedBy,
    reason: end.reason,
    why: end.why,
  }
}

function round(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 10) / 10
}
