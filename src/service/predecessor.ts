import { once } from 'node:events'
import type { WhyNot } from './why-not.ts'

/** Names the process whose successor this is: LISTEN_PID would have to name a process that is not there yet. */
export const PREDECESSOR_VARIABLE = 'LISTEN_PPID'

/** What a successor tells, through the channel of node:child_process. */
export type Report = { readonly report: 'ready' } | ({ readonly report: 'failed' } & WhyNot)

/** The process that has started this one to take its place, and serves until it is told. */
export interface Predecessor {
  /** Tells it that we serve; resolves when it has given way, or is gone. */
  ready(): Promise<void>
  /** Tells it why we do not. */
  failed(why: WhyNot): Promise<void>
}

/** undefined for a process that nobody hands over to. */
export const predecessor: Predecessor | undefined = find()

function find(): Predecessor | undefined {
  if (process.env[PREDECESSOR_VARIABLE] !== String(process.ppid) || process.send === undefined) return undefined
  const told = (report: Report): Promise<void> =>
    new Promise((resolve) => {
      // One that is gone hears nothing, and is no obstacle.
      if (process.send?.(report, undefined, undefined, () => resolve()) === undefined) resolve()
    })
  return {
    async ready() {
      const released = process.connected ? once(process, 'disconnect') : undefined
      await told({ report: 'ready' })
      await released
    },
    failed: (why) => told({ report: 'failed', ...why }),
  }
}
