import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Scope } from './scope.ts'

/** Where something listens. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** A raw TCP upstream, half-open allowed, on a free port of `address`; closed with its connections when the scope ends. */
export async function listenTcp(
  t: Scope,
  handler: (socket: Socket) => void,
  address = '127.0.0.1',
): Promise<Endpoint & { readonly sockets: ReadonlySet<Socket> }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A peer that resets is an ordinary ending here; what it did is the test's business.
    socket.on('error', () => {})
    handler(socket)
  })
  server.listen(0, address)
  await once(server, 'listening')
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { address, port: portOf(server.address()), sockets }
}

/** The port a listening server was given. */
export function portOf(bound: AddressInfo | string | null): number {
  if (bound === null || typeof bound === 'string') throw new Error('not bound to an address and port')
  return bound.port
}
