import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Process } from './process.ts'

/** A program listens within so long (ms), and is tried so often. */
const START = 20_000
const INTERVAL = 20

/** Waits until a program accepts connections at a port of 127.0.0.1. */
export async function untilAccepts(port: number, { ended, stderr }: Process): Promise<void> {
  let end: number | string | undefined
  void ended.then((how) => (end = how))
  const latest = performance.now() + START
  while (!(await accepts(port))) {
    if (end !== undefined) throw new Error(`it ended with ${end}: ${stderr().trim().split('\n').slice(-3).join(' | ')}`)
    if (performance.now() > latest) throw new Error(`it does not listen within ${START} ms`)
    await delay(INTERVAL)
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
