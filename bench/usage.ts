import { readdirSync, readFileSync } from 'node:fs'

/** Of sysconf(_SC_CLK_TCK): Linux shows processor time in hundredths on every architecture. */
const TICKS = 100

/** Processor seconds that a process and all its children have used so far. */
export function cpuSeconds(pid: number): number {
  return sumOf(pid, (one) => {
    const fields = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / TICKS
  })
}

/** Memory in bytes, pages that several processes share counted once (PSS). */
export function proportionalMemory(pid: number): number {
  return sumOf(pid, (one) => kibibytes(`/proc/${one}/smaps_rollup`, /^Pss:\s+(\d+) kB/m))
}

/** Resident memory in bytes: cheap to read. */
export function residentMemory(pid: number): number {
  return sumOf(pid, (one) => kibibytes(`/proc/${one}/status`, /^VmRSS:\s+(\d+) kB/m))
}

function kibibytes(path: string, pattern: RegExp): number {
  return Number(pattern.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) * 1024
}

function sumOf(pid: number, read: (pid: number) => number): number {
  return family(pid).reduce((sum, one) => sum + orElse(() => read(one), 0), 0)
}

/** A process and its descendants. */
function family(pid: number): readonly number[] {
  const threads = orElse(() => readdirSync(`/proc/${pid}/task`), [])
  const children = threads.flatMap((thread) =>
    orElse(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' '), []),
  )
  return [pid, ...children.filter((child) => child !== '').flatMap((child) => family(Number(child)))]
}

/** What has ended in between is no more in /proc. */
function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
