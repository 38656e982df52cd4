import { readFileSync } from 'node:fs'
import { UserError } from '../src/errors.ts'

export type Cpus = readonly number[]

/** Which processors the proxy may use, and which the load. */
export interface Layout {
  readonly proxy: Cpus
  readonly load: Cpus
}

export interface Layouts {
  /** The proxy on one of its own: what nearly all is measured in. */
  readonly apart: Layout
  /** For the measure of two processors against one: the same load, or, where there are no more than two, all on one and all on two. */
  readonly one: Layout
  readonly two: Layout
}

/** Divides the processors this process may use; a UserError if they are too few. */
export function layoutsOf(cpus: Cpus): Layouts {
  const [first, second, ...others] = cpus
  if (first === undefined || second === undefined)
    throw new UserError('the benchmark needs two processors, one for the proxy and one for the load')
  const apart = { proxy: [first], load: cpus.slice(1) }
  if (others.length === 0) {
    return { apart, one: { proxy: [first], load: [first] }, two: { proxy: cpus, load: cpus } }
  }
  return { apart, one: { proxy: [first], load: others }, two: { proxy: [first, second], load: others } }
}

export function allowedCpus(): Cpus {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return parseCpuList(list)
}

/** `0-2,5` as the kernel writes it. */
export function parseCpuList(text: string): Cpus {
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** Time since the start (in ticks) that processors were there for us, and were busy. */
export interface Busy {
  readonly busy: number
  readonly all: number
}

export function busyTime(cpus: Cpus, stat = readFileSync('/proc/stat', 'utf8')): Busy {
  let busy = 0
  let all = 0
  for (const [, cpu, counts = ''] of stat.matchAll(/^cpu(\d+) (.*)$/gm)) {
    if (!cpus.includes(Number(cpu))) continue
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0] = counts.split(' ').map(Number)
    busy += user + nice + system + irq + softirq
    all += user + nice + system + irq + softirq + idle + wait
  }
  return { busy, all }
}

/** The share of the time between two readings that was busy. */
export function busyShare(before: Busy, after: Busy): number {
  return (after.busy - before.busy) / Math.max(1, after.all - before.all)
}
