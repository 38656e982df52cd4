import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once, setMaxListeners } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { deadline } from '../deadline.ts'
import { listenTcp } from '../upstream.ts'
import type { Endpoint } from '../upstream.ts'
import { adminOf, get, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { REGISTRY } from './carried.ts'
import { gone, handOver } from './hand-over.ts'
import { helloFor } from './hellos.ts'
import { descriptorsFallTo, descriptorsOf, memoryOf } from './process-state.ts'
import { startProxy } from './proxy.ts'
import type { ReadyProxy } from './proxy.ts'
import { reload } from './reload.ts'
import { dial } from './wire.ts'

const CLIENTS = 50
/** Between a client's connections: about 500 a second of all, which leaves time to those that start. */
const PAUSE_MS = 100
const TRANSFERS = 20
const HAND_OVERS = 10
const RELOADS_EACH = 10

const MB = 1024 * 1024
const ANSWER = randomBytes(20_000)
/** A long transfer moves so much (bytes) every so often (ms), both ways. */
const BLOCK = 32_000
const EVERY_MS = 100
/** What the last process may hold more than the first one did after as much work. */
const MOST_GROWN = 30 * MB

const LONG = 'acme-registry-vpc.cn-beijing.cr.aliyuncs.com'

/** Sends random blocks after `first` until told to end; gives the digest of all. */
async function sendSlowly(socket: Socket, first: Buffer, end: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const send = (bytes: Buffer): boolean => socket.write(hash.update(bytes) && bytes)
  send(first)
  while (!end.aborted) {
    if (!send(randomBytes(BLOCK))) await once(socket, 'drain')
    await delay(EVERY_MS, undefined, { signal: end }).catch(() => {})
  }
  socket.end()
  return hash.digest('hex')
}

/** The digest of all that comes up to the orderly end. */
async function receive(socket: Socket): Promise<string> {
  const hash = createHash('sha256')
  socket.on('data', (chunk: Buffer) => hash.update(chunk))
  await once(socket, 'end')
  return hash.digest('hex')
}

interface Transfer {
  readonly sent: Promise<string>
  readonly came: Promise<string>
}

/** The digests at one end of the transfers, in an order that both ends share. */
async function digests(transfers: readonly Transfer[], key: keyof Transfer): Promise<readonly string[]> {
  return (await Promise.all(transfers.map((transfer) => transfer[key]))).toSorted()
}

function transfer(socket: Socket, first: Buffer, end: AbortSignal): Transfer {
  return { sent: sendSlowly(socket, first, end), came: receive(socket) }
}

/** One short connection after another, each served in full; gives their number. */
async function connectAgainAndAgain(t: TestContext, endpoint: Endpoint, end: AbortSignal): Promise<number> {
  for (let served = 0; ; served++) {
    if (end.aborted) return served
    const { by, bytes } = await ask(t, endpoint)
    assert.equal(by, 'end')
    assert.ok(bytes.equals(ANSWER), `${bytes.length} bytes`)
    await delay(PAUSE_MS)
  }
}

async function askForHealth(admin: Endpoint, end: AbortSignal): Promise<number> {
  for (let asked = 0; ; asked++) {
    if (end.aborted) return asked
    assert.equal((await get(admin, '/healthz')).status, 200)
    await delay(10)
  }
}

/** Reloads, each with another configuration; the one in the middle is wrong and changes nothing. */
async function reloadOften(proxy: ReadyProxy, pid: number, config: object): Promise<void> {
  for (let i = 0; i < RELOADS_EACH; i++) {
    const wrong = i === RELOADS_EACH / 2
    const changed = { ...config, timeouts: { idle: `${100 + i}s` }, limits: { connections: 1000 + i } }
    const { msg } = await reload(proxy, wrong ? 'region: [' : changed, pid)
    assert.equal(msg, wrong ? 'not reloaded: everything stays as it was' : 'reloaded')
  }
  await reload(proxy, config, pid)
}

test('100 reloads and 10 hand-overs under load refuse no connection, cut none, and leave nothing behind', async (t) => {
  const end = new AbortController()
  setMaxListeners(0, end.signal)
  t.after(() => end.abort())
  const short = await listenTcp(t, (socket) => void socket.resume().end(ANSWER))
  const far: Transfer[] = []
  const long = await listenTcp(t, (socket) => far.push(transfer(socket, Buffer.alloc(0), end.signal)))
  const hosts = { [REGISTRY]: `127.0.0.1:${short.port}`, [LONG]: `127.0.0.1:${long.port}` }
  const config = { region: 'cn-beijing', hosts, ...WITH_ADMIN, listen: ['127.0.0.1:0', '127.0.0.2:0'] }
  const proxy = await startProxy(t, { config })
  const admin = await adminOf(proxy)
  await get(admin, '/healthz')
  const descriptors = descriptorsOf(proxy.pid)

  const near = await Promise.all(
    Array.from({ length: TRANSFERS }, async () => transfer(await dial(t, proxy.endpoint), helloFor(LONG), end.signal)),
  )
  const load = Promise.all([
    askForHealth(admin, end.signal),
    ...Array.from({ length: CLIENTS }, (_, i) =>
      connectAgainAndAgain(t, proxy.endpoints[i % 2] ?? proxy.endpoint, end.signal),
    ),
  ])
  const pids = [proxy.pid]
  const memory: number[] = []
  const change = async (): Promise<void> => {
    for (let pid = proxy.pid; ; pids.push(pid)) {
      await reloadOften(proxy, pid, config)
      memory.push(memoryOf(pid).now)
      if (pids.length > HAND_OVERS) return
      pid = await handOver(proxy, pid)
    }
  }
  // A connection that fails ends the test at once.
  await Promise.race([change(), load.then(() => assert.fail('the load ended'))])
  end.abort()
  const [asked, ...served] = await load
  assert.equal(far.length, TRANSFERS)
  assert.deepEqual(await digests(far, 'came'), await deadline(digests(near, 'sent'), 'what went up'))
  assert.deepEqual(await digests(near, 'came'), await deadline(digests(far, 'sent'), 'what came down'))
  const total = served.reduce((sum, count) => sum + count, 0)
  t.diagnostic(
    `${total} short connections, ${asked} health checks, MB held: ${memory.map((b) => Math.round(b / MB)).join(' ')}`,
  )
  assert.ok(served.every((count) => count > HAND_OVERS))

  const last = pids.pop() ?? 0
  for (const pid of pids) await gone(pid)
  assert.deepEqual(await proxy.exit, { code: 0, signal: null })
  await descriptorsFallTo(last, descriptors)
  const [first = 0] = memory
  assert.ok((memory.at(-1) ?? 0) < first + MOST_GROWN, `${memory.join(', ')} bytes`)

  const ends = proxy.log.filter(({ msg }) => msg === 'connection')
  assert.equal(ends.length, total + TRANSFERS)
  assert.ok(ends.every((line) => line['reason'] === 'end'))
  for (const wrong of ['refused', 'cutting what is still open', 'not handed over: this process goes on'])
    assert.deepEqual(
      proxy.log.filter(({ msg }) => msg === wrong),
      [],
    )
  assert.equal(proxy.log.filter(({ msg }) => msg === 'reloaded').length, RELOADS_EACH * (HAND_OVERS + 1))
  assert.equal(proxy.stderr(), '')
})
