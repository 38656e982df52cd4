import type { Socket } from 'node:net'

/** What an upstream of `serve` says to each client. */
export const SERVED = 'served'

/** An upstream that answers at once, and takes all that comes. */
export function serve(socket: Socket): void {
  socket.resume()
  socket.end(SERVED)
}
