import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Resident memory of a process in bytes: now, and the most there has been. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
}

/** How many descriptors a process holds. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Waits until a process holds at most `count` descriptors, of which nobody else tells; rejects after `ms`. */
export async function descriptorsFallTo(pid: number, count: number, ms = 20_000): Promise<void> {
  const limit = performance.now() + ms
  while (descriptorsOf(pid) > count) {
    if (performance.now() > limit) throw new Error(`${descriptorsOf(pid)} descriptors after ${ms} ms, not ${count}`)
    await delay(20)
  }
}
