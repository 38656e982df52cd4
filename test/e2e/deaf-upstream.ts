import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'

/** Listens, then blocks its thread: what the kernel has queued is never accepted. */
const LISTENER = `
const { parentPort } = require('node:worker_threads')
const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port)
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
})`

/** How long (ms) a connection must hang before the queue counts as full: a loopback connect takes less than one. */
const HANGS = 300

/** An upstream whose queue is full: connecting to it neither succeeds nor fails. */
export async function startDeaf(t: Scope): Promise<Endpoint> {
  const worker = new Worker(LISTENER, { eval: true })
  t.after(async () => void (await worker.terminate()))
  const [port]: unknown[] = await once(worker, 'message')
  if (typeof port !== 'number') throw new Error('the listener tells its port')
  const endpoint = { address: '127.0.0.1', port }
  while (await connects(t, endpoint));
  return endpoint
}

async function connects(t: Scope, { address, port }: Endpoint): Promise<boolean> {
  const socket = connect({ host: address, port })
  t.after(() => void socket.destroy())
  socket.on('error', () => {})
  return new Promise((resolve) => {
    const hangs = setTimeout(resolve, HANGS, false)
    socket.once('connect', () => {
      clearTimeout(hangs)
      resolve(true)
    })
  })
}
