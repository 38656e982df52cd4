import type { Socket } from 'node:net'

/**
 * Closes a socket at once, by a reset where that can be had. libuv refuses it while a FIN is on its way (EINVAL), and Node
 * would then never close the socket: it is waited for, or where it stands behind data that may never go, done without.
 */
export function reset(socket: Socket): void {
  if (!socket.writableEnded || socket.writableFinished) socket.resetAndDestroy()
  else if (socket.writableLength > 0) socket.destroy()
  else socket.once('finish', () => socket.resetAndDestroy())
}
