import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { logged } from './logged.ts'
import type { ProxyProcess } from './proxy.ts'

/** Sends SIGUSR2 to the process that serves, and gives the successor's pid once that alone serves. */
export async function handOver(proxy: ProxyProcess, pid: number): Promise<number> {
  const skip = proxy.log.length
  process.kill(pid, 'SIGUSR2')
  await logged(proxy, 'handed over', skip)
  return Number((await logged(proxy, 'ready', skip))['pid'])
}

/** Waits until a process that is no child of ours has ended, of which nobody tells. */
export async function gone(pid: number, ms = 30_000): Promise<void> {
  const limit = performance.now() + ms
  while (isRunning(pid)) {
    if (performance.now() > limit) throw new Error(`process ${pid} still runs after ${ms} ms`)
    await delay(20)
  }
}

/** A process that has ended may stay as a zombie, where nobody waits for orphans. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
