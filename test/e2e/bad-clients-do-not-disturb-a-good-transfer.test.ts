import assert from 'node:assert/strict'
import { createHash, randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { reset } from '../../src/proxy/reset.ts'
import { deadline } from '../deadline.ts'
import type { Endpoint } from '../upstream.ts'
import { listenTcp } from '../upstream.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { descriptorsFallTo, descriptorsOf } from './process-state.ts'
import { dial } from './wire.ts'

const GOOD = 'oss-cn-beijing-internal.aliyuncs.com'
const CHUNK = randomBytes(1024 * 1024)
/** MB each way, and how often (ms) another follows: the transfer is under way as long as the bad ones come. */
const CHUNKS = 40
const EVERY = 25
const BAD = 300

const some = (bytes: Buffer): Buffer => bytes.subarray(0, randomInt(1, bytes.length))

const OPENINGS: readonly (() => Buffer)[] = [
  () => Buffer.alloc(0),
  () => randomBytes(randomInt(1, 2000)),
  () => Buffer.concat([Buffer.from([22, 3, 1]), randomBytes(randomInt(1, 500))]),
  () => some(helloFor()),
  () => helloFor(),
  () => Buffer.concat([helloFor(), randomBytes(randomInt(1, 200_000))]),
  () => helloFor('www.example.com'),
  () => Buffer.from(`GET / HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`),
  () => some(Buffer.from(`GET http://${REGISTRY}/ HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`)),
  () => Buffer.from(`PUT http://${REGISTRY}/ HTTP/1.1\r\nHost: ${REGISTRY}\r\nContent-Length: 99999\r\n\r\nbegun`),
  () => Buffer.from(`GET http://${REGISTRY}/ HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\nGET nonsense\r\n\r\n`),
  () => Buffer.from(`CONNECT ${REGISTRY}:443 HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\nearly`),
  () => Buffer.from(`CONNECT ${REGISTRY}:99 HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`),
]

/** What either side of a bad connection does in the end. */
const ENDINGS: readonly ((socket: Socket) => void)[] = [
  (socket) => void socket.destroy(),
  (socket) => void socket.resetAndDestroy(),
  (socket) => void socket.end(),
  (socket) => void socket.end(randomBytes(randomInt(1, 100_000))),
  (socket) => void socket.write(randomBytes(randomInt(1, 100_000)), () => socket.resetAndDestroy()),
  (socket) => void socket.pause(),
  (socket) => void socket.resume(),
]

function pickOne<T>(list: readonly T[]): T {
  const item = list[randomInt(list.length)]
  if (item === undefined) throw new Error('the list is not empty')
  return item
}

/** Connects, says something and does something, each at any moment. */
async function misbehave(t: TestContext, proxy: Endpoint): Promise<Socket> {
  const client = await dial(t, proxy)
  client.write(pickOne(OPENINGS)())
  const wait = randomInt(4)
  if (wait === 0) await once(client, 'close', { signal: AbortSignal.timeout(randomInt(1, 200)) }).catch(() => {})
  if (!client.destroyed) pickOne(ENDINGS)(client)
  return client
}

/** Sends CHUNKS megabytes bit by bit, and gives the digest of as many that come. */
async function transfer(socket: Socket): Promise<string> {
  let sent = 0
  const more = setInterval(() => {
    socket.write(CHUNK)
    if (++sent < CHUNKS) return
    clearInterval(more)
    socket.end()
  }, EVERY)
  const hash = createHash('sha256')
  socket.on('data', (bytes) => hash.update(bytes))
  await once(socket, 'end')
  return hash.digest('hex')
}

test('300 clients and upstreams that do anything at any moment disturb neither a transfer nor the process', async (t) => {
  let received: Promise<string> = Promise.reject(new Error('the good upstream is not dialled'))
  received.catch(() => {})
  const good = await listenTcp(t, (socket) => void (received = transfer(socket)))
  // Some dials arrive when all is over: what is paused then would stay, as a client that has closed may still be answered.
  let over = false
  const bad = await listenTcp(t, (socket) => (over ? reset(socket) : pickOne(ENDINGS)(socket)))
  const { proxy } = await startCarried(t, () => {}, {
    config: { hosts: { [REGISTRY]: `127.0.0.1:${bad.port}`, [GOOD]: `127.0.0.1:${good.port}` } },
  })
  const before = descriptorsOf(proxy.pid)
  const client = await dial(t, proxy.endpoint)
  const opening = helloFor(GOOD)
  client.write(opening)
  const down = transfer(client)
  const clients = await deadline(
    Promise.all(Array.from({ length: BAD }, () => misbehave(t, proxy.endpoint))),
    'all have misbehaved',
  )

  const hash = () => createHash('sha256')
  const expected = (start: Buffer) => {
    const all = hash().update(start)
    for (let i = 0; i < CHUNKS; i++) all.update(CHUNK)
    return all.digest('hex')
  }
  assert.equal(await deadline(down, 'the download'), expected(Buffer.alloc(0)))
  assert.equal(await deadline(received, 'the upload'), expected(opening))
  over = true
  for (const socket of clients) reset(socket)
  for (const socket of bad.sockets) reset(socket)
  await descriptorsFallTo(proxy.pid, before)
  assert.equal(proxy.stderr(), '')
  assert.deepEqual(
    proxy.log.filter(({ reason, msg, level }) => reason === 'internal-error' || msg === undefined || level === 'error'),
    [],
  )
})
