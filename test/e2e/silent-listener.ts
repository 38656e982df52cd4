import { createServer } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { portOf } from '../upstream.ts'

// A worker thread that listens on an address and goes to sleep, so that it never accepts.
const server = createServer()
server.listen({ host: String(workerData), port: 0, backlog: 1 }, () => {
  parentPort?.postMessage(portOf(server.address()))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
