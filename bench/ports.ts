import { once } from 'node:events'
import { createServer } from 'node:net'
import { codeOf } from '../src/errors.ts'

/** So often another port is tried. */
const ATTEMPTS = 3

/**
 * Starts a program that must be told its port with one of 127.0.0.1 that the kernel has free. Until the program listens another
 * process may take it: then there is another one.
 */
export async function withFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const port = await listenOnce(0)
    try {
      return await start(port)
    } catch (error) {
      if (attempt === ATTEMPTS || !(await isTaken(port))) throw error
    }
  }
}

/** Whether somebody has the port. */
async function isTaken(port: number): Promise<boolean> {
  try {
    await listenOnce(port)
    return false
  } catch (error) {
    return codeOf(error) === 'EADDRINUSE'
  }
}

/** Listens at a port, 0 for any, and lets go of it; resolves with it. */
async function listenOnce(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return address.port
}
