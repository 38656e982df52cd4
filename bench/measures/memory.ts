import { median } from '../statistics.ts'
import { residentMemory } from '../usage.ts'
import type { Measure, Series } from './measure.ts'

const INTERVAL = 50
const MIB = 2 ** 20

/** Resident memory while bulk and short connections take turns: a peak, and whether it goes on growing. */
export const memory: Measure = {
  figures: () => [
    { key: 'memory-peak', title: 'Most memory under load', unit: 'MiB', better: 'less', headline: true },
    { key: 'memory-end', title: 'Memory in the last quarter', unit: 'MiB', better: 'less' },
    { key: 'memory-growth', title: 'Growth from the second to the last quarter', unit: 'MiB' },
  ],
  take: async ({ start, plan }) => {
    const subject = await start()
    const { pid } = subject
    if (pid === undefined) return { values: {} }
    const series: [number, number][] = []
    const started = performance.now()
    const sample = () => series.push([(performance.now() - started) / 1000, residentMemory(pid) / MIB])
    const timer = setInterval(sample, INTERVAL)
    try {
      for (let turn = 0; turn < plan.turns; turn++) {
        await subject.load('down', plan.bulk, plan.pilot / plan.bulk)
        await subject.load('up', plan.bulk, plan.pilot / plan.bulk)
        await subject.load('short', plan.short, plan.seconds / 6)
      }
    } finally {
      clearInterval(timer)
    }
    sample()
    const end = quarter(series, 3)
    return {
      values: {
        'memory-peak': Math.max(...series.map(([, mib]) => mib)),
        'memory-end': end,
        'memory-growth': end - quarter(series, 1),
      },
      series,
    }
  },
}

/** The median of one quarter of the time. */
function quarter(series: Series, index: number): number {
  const from = Math.floor((series.length * index) / 4)
  const until = Math.max(from + 1, Math.floor((series.length * (index + 1)) / 4))
  return median(series.slice(from, until).map(([, mib]) => mib))
}
