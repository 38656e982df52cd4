import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import type { ConnectionRecord } from '../proxy/account.ts'
import type { Daemon } from './daemon.ts'
import type { Signals } from './signals.ts'

/** How often it is told what a drain still waits for (ms), and how many connections are named each time. */
const REPORT_MS = 5_000
const NAMED = 10
/** What was cut has so long to be accounted for (ms): a resolver that hangs must not hold the end up. */
const LAST_LINES_MS = 1_000

/**
 * Waits until every connection has ended, at most `limitMs`, and after a stop signal at most for the drain timeout; a second signal cuts
 * it short. Then cuts the rest by reset. Tells meanwhile what is still moving.
 */
export async function drain(daemon: Daemon, signals: Signals, log: Log, limitMs?: number): Promise<void> {
  const { accounts } = daemon.proxy
  const drained = daemon.proxy.drain()
  const seen = new WeakMap<ConnectionRecord, number>()
  const report = setInterval(
    () => log.info({ open: accounts.live.size, moving: moving(accounts.live, seen) }, 'draining'),
    REPORT_MS,
  )
  const deadlines: NodeJS.Timeout[] = []
  const cutNow = new Promise<string>((resolve) => {
    const cutAfter = (ms: number): unknown => deadlines.push(setTimeout(resolve, ms, 'drain-timeout'))
    if (limitMs !== undefined) cutAfter(limitMs)
    whenAborted(signals.stop, () => cutAfter(daemon.config?.timeouts.drain ?? 0))
    whenAborted(signals.hurry, () => resolve('stopped'))
  })
  const reason = await Promise.race([drained, cutNow])
  clearInterval(report)
  for (const deadline of deadlines) clearTimeout(deadline)
  if (typeof reason === 'string')
    log.warn({ open: accounts.live.size, moving: moving(accounts.live, seen), reason }, 'cutting what is still open')
  daemon.proxy.close(reason ?? 'stopped')
  await Promise.race([accounts.whenIdle(), delay(LAST_LINES_MS, undefined, { ref: false })])
  log.info('stopped')
}

function whenAborted(signal: AbortSignal, callback: () => unknown): void {
  if (signal.aborted) callback()
  else signal.addEventListener('abort', callback, { once: true })
}

/** The connections that have moved most since they were last looked at. */
function moving(live: Iterable<ConnectionRecord>, seen: WeakMap<ConnectionRecord, number>): object[] {
  const rows = Array.from(live, (record) => {
    const { bytesUp = 0, bytesDown = 0 } = record.counters ?? {}
    const moved = bytesUp + bytesDown - (seen.get(record) ?? 0)
    seen.set(record, bytesUp + bytesDown)
    return { conn: record.id, client: record.client, host: record.host, bytesUp, bytesDown, moved }
  })
  return rows.toSorted((a, b) => b.moved - a.moved).slice(0, NAMED)
}
