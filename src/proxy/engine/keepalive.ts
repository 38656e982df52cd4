import type { Socket } from 'node:net'

/** First probe (ms): below the idle limits of the NAT gateways and load balancers on the way. */
const KEEPALIVE_MS = 60_000

/** Makes the kernel notice a peer that vanished without a word. */
export function keepAlive(socket: Socket): void {
  socket.setKeepAlive(true, KEEPALIVE_MS)
}
