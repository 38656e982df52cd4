import { setTimeout as delay } from 'node:timers/promises'
import type { Process } from '../process.ts'
import { cpuSeconds } from '../usage.ts'
import { checkAlive, holdIdle } from './hold-idle.ts'
import type { Figure, Measure } from './measure.ts'

/** What connections cost that stand idle, the more of them there are; in the end each must still work. */
export const idle: Measure = {
  figures: ({ idle }) => [
    { key: 'rest', title: 'Memory without connections', unit: 'MiB', better: 'less', headline: true },
    ...idle.flatMap((count): readonly Figure[] => [
      {
        key: `idle-${count}`,
        title: `Memory of each connection, ${count} idle`,
        unit: 'KiB',
        better: 'less',
        headline: count === idle.at(-1),
      },
      { key: `idle-${count}-cpu`, title: `CPU while ${count} connections stand idle`, unit: '%', better: 'less' },
      { key: `idle-${count}-p99`, title: `Round trip beside ${count} idle, p99`, unit: 'µs', better: 'less' },
    ]),
  ],
  take: async ({ start, plan }) => {
    const subject = await start()
    const { pid } = subject
    // What is made at first use is none of a connection's cost.
    await subject.load('short', plan.short, plan.seconds)
    const rest = await subject.settled()
    const values: Record<string, number | undefined> = { rest: pid && rest / 2 ** 20 }
    const held: Process[] = []
    let open = 0
    for (const count of plan.idle) {
      held.push(await holdIdle(subject, count - open))
      open = count
      values[`idle-${count}`] = pid && ((await subject.settled()) - rest) / count / 1024
      values[`idle-${count}-cpu`] = pid && (await restingCpu(pid, plan.seconds))
      values[`idle-${count}-p99`] = (await subject.load('ping', 1, plan.seconds / 4)).p99
    }
    for (const hold of held) await checkAlive(hold)
    return { values }
  },
}

/** Percent of a processor that is used while nothing happens. */
async function restingCpu(pid: number, seconds: number): Promise<number> {
  const before = cpuSeconds(pid)
  await delay(seconds * 1000)
  return (100 * (cpuSeconds(pid) - before)) / seconds
}
