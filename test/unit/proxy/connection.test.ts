import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createAdmission } from '../../../src/proxy/admission.ts'
import { SocketClient } from '../../../src/proxy/client.ts'
import { handleConnection } from '../../../src/proxy/connection.ts'
import { createDialler } from '../../../src/proxy/dial.ts'
import { createStreamEngine } from '../../../src/proxy/engine/stream.ts'
import { createForwarder } from '../../../src/proxy/forward/forwarder.ts'
import { createOwnSockets } from '../../../src/proxy/own-sockets.ts'
import { createGuard } from '../../../src/proxy/guard.ts'
import { goodbye, Refusal } from '../../../src/proxy/reject.ts'
import type { Resolver } from '../../../src/proxy/resolve/resolver.ts'
import { createRouter } from '../../../src/proxy/route/router.ts'
import { deadline } from '../../deadline.ts'
import { deferred } from '../../deferred.ts'
import { buildHello, frame } from '../../hello.ts'
import { listenTcp } from '../../upstream.ts'
import { keepAccounts, ROUTE } from './records.ts'
import { socketPair } from './socket-pair.ts'

const HELLO = frame(buildHello({ serverName: ROUTE.host }))
const LIMITS = { connections: 1, perClient: 1, peeking: 1 }

const engine = createStreamEngine()

/** One connection through real stages, of which the resolver and the way to connect are the test's. */
async function handle(t: TestContext, resolve: Resolver['resolve'], connect = engine.connect) {
  const { near, far } = await socketPair(t)
  const { accounts, lines } = keepAccounts()
  const admission = createAdmission(LIMITS, undefined)
  const done = handleConnection(
    new SocketClient(near),
    { name: 'l', proxies: undefined },
    {
      admission,
      peekMs: 5000,
      router: createRouter({ regions: ['cn-beijing'], instances: undefined, buckets: [], hosts: [] }),
      resolver: { resolve },
      guard: createGuard({ routes: [], ownAddresses: [], listensAt: () => false }),
      dialler: createDialler(connect, { connectMs: 5000, dialMs: 10_000 }),
      idleMs: 60_000,
      forwarder: createForwarder(
        () => Promise.resolve(undefined),
        accounts,
        () => 60_000,
        createOwnSockets(),
      ),
      accounts,
      ownSockets: createOwnSockets(),
    },
  ).then(() => accounts.whenIdle())
  far.write(HELLO)
  return { near, far, done, lines, accounts, admission }
}

const at = (address: string, port: number) => ({
  candidates: [{ address, port, source: undefined, origin: 'hosts' as const }],
  stale: false,
})

/** The place of a connection that has ended is free: there is one only. */
function assertReleased({ admission, accounts }: Awaited<ReturnType<typeof handle>>): void {
  admission.enter().identify('127.0.0.1')
  assert.equal(accounts.live.size, 0)
}

test('a connection that is served gives its place back and is told once', async (t) => {
  const { address, port } = await listenTcp(t, (socket) => void socket.resume().end('served'))
  const connection = await handle(t, () => Promise.resolve(at(address, port)))
  const [served]: Buffer[] = await deadline(once(connection.far, 'data'), 'the answer')
  assert.equal(String(served), 'served')
  connection.far.end()
  await deadline(connection.done, 'the end')
  assertReleased(connection)
  assert.deepEqual(
    connection.lines.map(({ msg, upstream }) => [msg, upstream]),
    [['connection', `${address}:${port}`]],
  )
})

test('a fault of a stage is an internal error for that client, and takes nothing else down', async (t) => {
  const connection = await handle(t, () => {
    throw new TypeError('a bug')
  })
  const [bytes]: Buffer[] = await deadline(once(connection.far, 'data'), 'the goodbye')
  assert.deepEqual(bytes, goodbye(new Refusal('internal-error', '', 'tls')))
  connection.far.end()
  await deadline(connection.done, 'the end')
  assertReleased(connection)
  const [{ reason, why } = {}] = connection.lines
  assert.deepEqual([reason, why], ['internal-error', 'TypeError: a bug'])
})

test('a resolver is not waited for once its client has left, and nothing is dialled then', async (t) => {
  const asked = deferred<void>()
  let dials = 0
  const connection = await handle(
    t,
    () => {
      asked.resolve()
      return new Promise(() => {})
    },
    (target, limitMs) => {
      dials += 1
      return engine.connect(target, limitMs)
    },
  )
  await deadline(asked.promise, 'the resolver is asked')
  connection.near.destroy()
  await deadline(connection.done, 'the end')
  assertReleased(connection)
  const [{ endedBy, reason, host } = {}] = connection.lines
  assert.deepEqual([endedBy, reason, host, dials], ['client', 'left-early', ROUTE.host, 0])
})

test('a dial is given up once its client has been cut, and the proxy named as who cut it', async (t) => {
  const dialled = deferred<void>()
  let givenUp = false
  const connection = await handle(
    t,
    () => Promise.resolve(at('127.0.0.1', 1)),
    () => () => {
      dialled.resolve()
      return () => void (givenUp = true)
    },
  )
  await deadline(dialled.promise, 'the dial')
  for (const record of connection.accounts.live) record.holder.abort('drain-timeout')
  await deadline(connection.done, 'the end')
  assertReleased(connection)
  const [{ endedBy, reason } = {}] = connection.lines
  assert.deepEqual([givenUp, endedBy, reason], [true, 'proxy', 'drain-timeout'])
})

test('a late answer of a resolver nobody waits for any more is no unhandled rejection', async (t) => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  t.after(() => void process.removeListener('unhandledRejection', note))
  const asked = deferred<() => void>()
  const connection = await handle(
    t,
    () => new Promise((_resolve, reject) => asked.resolve(() => reject(new Refusal('resolve-failed', 'late')))),
  )
  const fail = await deadline(asked.promise, 'the resolver is asked')
  connection.near.destroy()
  await deadline(connection.done, 'the end')
  fail()
  await new Promise(setImmediate)
  assert.deepEqual(unhandled, [])
})
