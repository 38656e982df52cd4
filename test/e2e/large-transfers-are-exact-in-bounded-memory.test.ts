import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { logged } from './logged.ts'
import { memoryOf } from './process-state.ts'
import { dial } from './wire.ts'

const MB = 1024 * 1024
const CONNECTIONS = 4
/** Each way, on each connection: 256 MB up and 256 MB down in all. */
const SIZE = 64 * MB
/** A reader stands still for so long (ms) after each so many bytes. */
const PAUSE = 150
const PAUSE_EVERY = 12 * MB
const MOST_MEMORY = 150 * MB

const BLOCK = randomBytes(MB)
const HEAD = Buffer.from(`PUT /v2/blob HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`)

/** `start`, then SIZE bytes of which each megabyte is another. */
function* payload(start: Buffer): Generator<Buffer> {
  yield start
  for (let i = 0; i < SIZE / MB; i++) {
    const block = Buffer.from(BLOCK)
    block.writeUInt32BE(i)
    yield block
  }
}

/** Digest of all that comes, read by one that stops now and then. */
async function readWithPauses(socket: Socket): Promise<string> {
  const hash = createHash('sha256')
  let sincePause = 0
  socket.on('data', (bytes: Buffer) => {
    hash.update(bytes)
    sincePause += bytes.length
    if (sincePause < PAUSE_EVERY) return
    sincePause = 0
    socket.pause()
    setTimeout(() => socket.resume(), PAUSE)
  })
  await once(socket, 'end')
  return hash.digest('hex')
}

function digestOf(start: Buffer): string {
  const hash = createHash('sha256')
  for (const block of payload(start)) hash.update(block)
  return hash.digest('hex')
}

test('256 MB up and 256 MB down at once arrive exactly, under readers that stop, and are not held in memory', async (t) => {
  const ups: Promise<string>[] = []
  const { proxy } = await startCarried(t, (socket) => {
    ups.push(readWithPauses(socket))
    Readable.from(payload(Buffer.alloc(0))).pipe(socket)
  })
  const before = memoryOf(proxy.pid).now
  const downs = Array.from({ length: CONNECTIONS }, async () => {
    const client = await dial(t, proxy.endpoint)
    const down = readWithPauses(client)
    Readable.from(payload(HEAD)).pipe(client)
    return down
  })
  const down = digestOf(Buffer.alloc(0))
  assert.deepEqual(await deadline(Promise.all(downs), 'the downloads', 60_000), Array(CONNECTIONS).fill(down))
  assert.deepEqual(await deadline(Promise.all(ups), 'the uploads', 60_000), Array(CONNECTIONS).fill(digestOf(HEAD)))

  const grown = memoryOf(proxy.pid).peak - before
  t.diagnostic(`the proxy grew by ${Math.round(grown / MB)} MB`)
  assert.ok(grown < MOST_MEMORY, `the proxy grew by ${Math.round(grown / MB)} MB`)
  const { bytesUp, bytesDown } = await logged(proxy, 'connection')
  assert.deepEqual([bytesUp, bytesDown], [SIZE + HEAD.length, SIZE])
})
