import type { Layout } from '../cpus.ts'
import type { Arena, Measure } from './measure.ts'
import { transfer } from './transfer.ts'

/** Connections: enough that each thread has some. */
const CONNECTIONS = 16

/** A bulk download on two processors against one. */
export const cores: Measure = {
  figures: () => [
    { key: 'one-core', title: 'Download, one processor', unit: 'Gbit/s', better: 'more' },
    { key: 'two-cores', title: 'Download, two processors', unit: 'Gbit/s', better: 'more' },
    { key: 'scaling', title: 'Two processors against one', unit: '×', better: 'more', headline: true },
  ],
  take: async (arena) => {
    const one = await speed(arena, arena.layouts.one)
    const two = await speed(arena, arena.layouts.two)
    return { values: { 'one-core': one, 'two-cores': two, scaling: two / one } }
  },
}

async function speed({ start, plan }: Arena, layout: Layout): Promise<number> {
  return (await transfer(await start({ layout }), 'down', CONNECTIONS, plan)).speed
}
