import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { dial } from './wire.ts'

const HELLO = helloFor()
const PIECE = Buffer.alloc(1000)
/** More than all the kernel's buffers on the way take. */
const PIECES = 40_000

/** Writes piece after piece, each waited for; tells when the way is so full that one is not taken in 200 ms. */
async function writePieces(socket: Socket, onStall: () => void): Promise<void> {
  for (let i = 0; i < PIECES; i++) {
    PIECE.writeUInt32BE(i)
    const stall = setTimeout(onStall, 200)
    await new Promise((resolve) => socket.write(Buffer.from(PIECE), resolve))
    clearTimeout(stall)
  }
  socket.end()
}

async function digestOf(socket: Socket): Promise<string> {
  const hash = createHash('sha256')
  socket.on('data', (bytes) => hash.update(bytes)).resume()
  await once(socket, 'end')
  return hash.digest('hex')
}

function expected(start: Buffer): string {
  const hash = createHash('sha256').update(start)
  for (let i = 0; i < PIECES; i++) {
    PIECE.writeUInt32BE(i)
    hash.update(PIECE)
  }
  return hash.digest('hex')
}

for (const direction of ['up', 'down'] as const) {
  test(`1000-byte writes ${direction} wait for a reader that stops, and go on with it`, async (t) => {
    const accepted = deferred<Socket>()
    const { proxy } = await startCarried(t, (socket) => accepted.resolve(socket.pause()))
    const client = await dial(t, proxy.endpoint)
    client.write(HELLO)
    client.pause()
    const upstream = await deadline(accepted.promise, 'the upstream is dialled')
    const [writer, reader] = direction === 'up' ? [client, upstream] : [upstream, client]
    const stalled = deferred<void>()
    void writePieces(writer, () => stalled.resolve())
    await deadline(stalled.promise, 'the way is full')

    const digest = await deadline(digestOf(reader), 'the rest comes')
    assert.equal(digest, expected(direction === 'up' ? HELLO : Buffer.alloc(0)))
  })
}
