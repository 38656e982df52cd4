import type { Figure, Measure } from './measure.ts'
import { transfer } from './transfer.ts'

/** What a download costs, the more connections there are that share it. */
export const active: Measure = {
  figures: ({ active }) =>
    active.flatMap((count): readonly Figure[] => [
      { key: `active-${count}`, title: `Download over ${say(count)}`, unit: 'Gbit/s', better: 'more' },
      { key: `active-${count}-cpu`, title: `CPU of a download over ${say(count)}`, unit: 's/GiB', better: 'less' },
    ]),
  take: async ({ start, plan }) => {
    const subject = await start()
    const values: Record<string, number | undefined> = {}
    for (const count of plan.active) {
      const { speed, cpu } = await transfer(subject, 'down', count, plan)
      values[`active-${count}`] = speed
      values[`active-${count}-cpu`] = cpu
    }
    return { values }
  },
}

function say(count: number): string {
  return count === 1 ? '1 connection' : `${count} connections`
}
