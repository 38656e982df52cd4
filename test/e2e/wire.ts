import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'

/** A TCP connection to `endpoint`, half-open allowed, from `from` and its port where given; destroyed when the scope ends. */
export async function dial(t: Scope, { address, port }: Endpoint, from?: string, fromPort?: number): Promise<Socket> {
  const socket = connect({
    host: address,
    port,
    allowHalfOpen: true,
    noDelay: true,
    ...(from === undefined ? {} : { localAddress: from }),
    ...(fromPort === undefined ? {} : { localPort: fromPort }),
  })
  t.after(() => void socket.destroy())
  await once(socket, 'connect')
  // From here on an error is an ending, which whoever waits for it hears.
  socket.on('error', () => {})
  return socket
}

/** Resolves to the first `count` bytes or more that come; rejects when the connection ends before. */
export function readAtLeast(socket: Socket, count: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      if (size < count) return
      socket.removeListener('data', take)
      resolve(Buffer.concat(chunks))
    }
    socket.on('data', take)
    socket.once('close', () => reject(new Error(`closed after ${size} of ${count} bytes`)))
  })
}

/** Sends `bytes` in segments of `size`, each given to the kernel before the next is cut. */
export async function sendInPieces(socket: Socket, bytes: Buffer, size = 1): Promise<void> {
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise((resolve) => socket.write(bytes.subarray(at, at + size), resolve))
  }
}
