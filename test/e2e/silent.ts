import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'

/** What the kernel holds ready for a listener whose backlog is 1. */
const QUEUE = 2

/** An endpoint that neither takes a connection nor refuses one, as a host behind a firewall: its queue is full, its listener asleep. */
export async function startSilent(t: Scope, address: string): Promise<Endpoint> {
  const worker = new Worker(new URL('./silent-listener.js', import.meta.url), { workerData: address })
  t.after(async () => void (await worker.terminate()))
  const [port]: number[] = await once(worker, 'message')
  if (port === undefined) throw new Error('the listener has a port')
  for (let i = 0; i < QUEUE; i++) {
    const socket = connect({ host: address, port })
    socket.on('error', () => {})
    t.after(() => void socket.destroy())
    await once(socket, 'connect')
  }
  return { address, port }
}
