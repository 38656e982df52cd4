import type { Socket } from 'node:net'

/** What Node's socket stands on; not documented, and the same since Node 0.x. */
interface Handle {
  readonly fd: number
  readStop(): number
}

/**
 * Takes a paused socket's connection away from Node: `adopt` duplicates the descriptor, with the bytes that Node has read ahead;
 * then Node's own is closed, which does the connection no harm. Undefined where the connection is gone.
 */
export function detach<T>(
  socket: Socket,
  adopt: (descriptor: number, readAhead: readonly Buffer[]) => T,
): T | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (socket.destroyed || !isHandle(handle) || handle.fd < 0) return undefined
  const readAhead: Buffer[] = []
  for (let chunk = read(socket); chunk !== null; chunk = read(socket)) readAhead.push(chunk)
  // After the reads, which may have started it again.
  handle.readStop()
  const adopted = adopt(handle.fd, readAhead)
  socket.destroy()
  return adopted
}

function read(socket: Socket): Buffer | null {
  const chunk: unknown = socket.read()
  return Buffer.isBuffer(chunk) ? chunk : null
}

function isHandle(handle: unknown): handle is Handle {
  return typeof handle === 'object' && handle !== null && 'fd' in handle && 'readStop' in handle
}
