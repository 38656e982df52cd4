import type { Log } from '../log.ts'
import type { RefusalReason } from './reject.ts'

/** A burst is written in full, then so many lines a second: a scanner must not fill the disk. */
const BURST = 50
const LINES_PER_SECOND = 5
/** How often what was left out is summed up (ms). */
const SUMMARY_MS = 10_000

export interface RefusalLog {
  write(reason: RefusalReason, fields: object): void
  /** Sums up at once what has been left out. */
  flush(): void
}

/** One line a refusal, as long as there are not too many; then counts by reason. */
export function createRefusalLog(log: Log, now: () => number = () => performance.now()): RefusalLog {
  let tokens = BURST
  let refilledAt = now()
  let summary: NodeJS.Timeout | undefined
  const leftOut = new Map<RefusalReason, number>()

  const flush = (): void => {
    clearTimeout(summary)
    summary = undefined
    if (leftOut.size > 0) log.warn({ leftOut: Object.fromEntries(leftOut) }, 'refusals not logged one by one')
    leftOut.clear()
  }
  return {
    write(reason, fields) {
      const time = now()
      tokens = Math.min(BURST, tokens + ((time - refilledAt) / 1000) * LINES_PER_SECOND)
      refilledAt = time
      if (tokens >= 1) {
        tokens -= 1
        log.warn(fields, 'refused')
        return
      }
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1)
      summary ??= setTimeout(flush, SUMMARY_MS).unref()
    },
    flush,
  }
}
