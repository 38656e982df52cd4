import type { Socket } from 'node:net'
import { codeOf } from '../src/errors.ts'

/** How the other side closed its direction, and all that came before. */
export interface Ending {
  /** `end` for a FIN, else the code of the error. */
  readonly by: string
  readonly bytes: Buffer
}

/** Reads `socket` until the other side ends or the connection is lost. */
export function endingOf(socket: Socket): Promise<Ending> {
  const chunks: Buffer[] = []
  return new Promise((resolve) => {
    const end = (by: string) => resolve({ by, bytes: Buffer.concat(chunks) })
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    // libuv before 1.52 takes a reset that comes with data for an end (libuv#4997): an empty write tells which it was.
    socket.once('end', () => (socket.writable ? socket.write('', (error) => error ?? end('end')) : end('end')))
    socket.once('error', (error) => end(codeOf(error)))
    socket.once('close', () => end('close'))
  })
}
