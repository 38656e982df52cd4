import { busyShare, busyTime } from '../cpus.ts'
import type { LoadMode, LoadResult } from '../load.ts'
import type { Plan } from '../plan.ts'
import type { Subject } from '../subject.ts'
import { cpuSeconds } from '../usage.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30

/** A load, and what the proxy spent on it. */
export interface Spent {
  readonly result: LoadResult
  /** Processor seconds of the proxy. */
  readonly cpu: number | undefined
  /** How busy the processors of the proxy were, and those of the load, in percent. */
  readonly proxyBusy: number
  readonly loadBusy: number
}

export interface Transfer {
  /** Gbit/s. */
  readonly speed: number
  /** Processor seconds of the proxy for each GiB. */
  readonly cpu: number | undefined
  readonly proxyBusy: number
  readonly loadBusy: number
}

/** Runs a load and watches the proxy meanwhile. */
export async function watched(subject: Subject, ...load: Parameters<Subject['load']>): Promise<Spent> {
  const { pid, layout } = subject
  const before = { cpu: pid && cpuSeconds(pid), proxy: busyTime(layout.proxy), load: busyTime(layout.load) }
  const result = await subject.load(...load)
  return {
    result,
    cpu: pid === undefined ? undefined : cpuSeconds(pid) - (before.cpu ?? 0),
    proxyBusy: 100 * busyShare(before.proxy, busyTime(layout.proxy)),
    loadBusy: 100 * busyShare(before.load, busyTime(layout.load)),
  }
}

/** Moves bytes one way for about the time of a timed run, whatever the speed: a pilot tells how many that is. */
export async function transfer(
  subject: Subject,
  mode: LoadMode & ('down' | 'up'),
  connections: number,
  { pilot, seconds }: Pick<Plan, 'pilot' | 'seconds'>,
): Promise<Transfer> {
  const first = await subject.load(mode, connections, Math.ceil(pilot / connections))
  const each = (first.bytes / first.seconds / connections) * seconds
  const { result, cpu, ...busy } = await watched(subject, mode, connections, Math.ceil(each / MIB) * MIB)
  return {
    ...busy,
    speed: (result.bytes * 8) / result.seconds / 1e9,
    cpu: cpu === undefined ? undefined : cpu / (result.bytes / GIB),
  }
}
