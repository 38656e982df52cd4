import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createDialler } from '../../../src/proxy/dial.ts'
import { connectSocket } from '../../../src/proxy/engine/connect.ts'
import type { Target } from '../../../src/proxy/engine/engine.ts'
import type { Attempt } from '../../../src/proxy/race.ts'
import { Refusal } from '../../../src/proxy/reject.ts'
import type { Candidate } from '../../../src/proxy/resolve/resolver.ts'
import { deadline } from '../../deadline.ts'
import { listenTcp } from '../../upstream.ts'

const LIMITS = { connectMs: 5_000, dialMs: 15_000 }
const candidate = (address: string, port: number, source?: string): Candidate => ({
  address,
  port,
  source,
  origin: 'hosts',
})

/** A port at which nothing listens any more. */
async function closedPort(t: TestContext): Promise<number> {
  const sockets: { end?: () => Promise<void> } = {}
  const { port } = await listenTcp({ after: (fn) => void (sockets.end = async () => fn()) }, () => {})
  await sockets.end?.()
  t.diagnostic(`closed port ${port}`)
  return port
}

async function dialled(t: TestContext, result: Promise<{ upstream: Socket; target: Target } | undefined>) {
  const value = await deadline(result, 'dial')
  assert.ok(value !== undefined)
  t.after(() => void value.upstream.destroy())
  return value
}

test('a refused first address is passed over at once', async (t) => {
  const { port } = await listenTcp(t, () => {})
  const dead = await closedPort(t)
  const dialler = createDialler<Socket>(connectSocket, LIMITS)
  const { target } = await dialled(
    t,
    dialler.dial('h', [candidate('127.0.0.1', dead), candidate('127.0.0.1', port)]).result,
  )
  assert.equal(target.port, port)
})

test('an address that failed is tried last for a while', async (t) => {
  const { port } = await listenTcp(t, () => {})
  const dead = await closedPort(t)
  const tried: number[] = []
  const dialler = createDialler<Socket>(
    (target, limitMs) => (tried.push(target.port), connectSocket(target, limitMs)),
    LIMITS,
  )
  const candidates = [candidate('127.0.0.1', dead), candidate('127.0.0.1', port)]
  await dialled(t, dialler.dial('h', candidates).result)
  tried.length = 0
  await dialled(t, dialler.dial('h', candidates).result)
  assert.equal(tried[0], port)
})

test('a silent first address costs the stagger once, is given up, and is tried last then', async (t) => {
  const { port } = await listenTcp(t, () => {})
  let givenUp = false
  const tried: string[] = []
  const silent: Attempt<Socket> = () => () => void (givenUp = true)
  const dialler = createDialler<Socket>((target, limitMs) => {
    tried.push(target.address)
    return target.address === '127.0.0.9' ? silent : connectSocket(target, limitMs)
  }, LIMITS)
  const candidates = [candidate('127.0.0.9', 1), candidate('127.0.0.1', port)]
  const started = performance.now()
  await dialled(t, dialler.dial('h', candidates).result)
  assert.ok(performance.now() - started < 1500)
  assert.equal(givenUp, true)
  tried.length = 0
  await dialled(t, dialler.dial('h', candidates).result)
  assert.equal(tried[0], '127.0.0.1')
})

test('the source address of a route is the one connected from', async (t) => {
  const { port, sockets } = await listenTcp(t, (socket) => socket.resume())
  const { upstream } = await dialled(
    t,
    createDialler<Socket>(connectSocket, LIMITS).dial('h', [candidate('127.0.0.1', port, '127.0.0.77')]).result,
  )
  assert.equal(upstream.localAddress, '127.0.0.77')
  assert.ok([...sockets].every((socket) => socket.remoteAddress === '127.0.0.77'))
})

test('when every address fails the refusal tells each attempt', async (t) => {
  const [a, b] = [await closedPort(t), await closedPort(t)]
  await assert.rejects(
    createDialler<Socket>(connectSocket, LIMITS).dial('host.example', [
      candidate('127.0.0.1', a),
      candidate('127.0.0.1', b),
    ]).result,
    (error) =>
      error instanceof Refusal &&
      error.reason === 'connect-failed' &&
      error.message.startsWith(`host.example: 127.0.0.1:${a} ECONNREFUSED, 127.0.0.1:${b} ECONNREFUSED (after `),
  )
})

test('addresses that stay silent are a timeout, and no descriptors is said as such', async () => {
  const never: Attempt<Socket> = () => () => {}
  await assert.rejects(
    createDialler<Socket>(() => never, { connectMs: 10, dialMs: 20 }).dial('h', [candidate('192.0.2.1', 443)]).result,
    (error) =>
      error instanceof Refusal &&
      error.reason === 'connect-timeout' &&
      /192\.0\.2\.1:443 ETIMEDOUT/.test(error.message),
  )
  const exhausted: Attempt<Socket> = (done) => {
    done({ ok: false, error: Object.assign(new Error(), { code: 'EMFILE' }) })
    return () => {}
  }
  await assert.rejects(
    createDialler<Socket>(() => exhausted, LIMITS).dial('h', [candidate('192.0.2.1', 443)]).result,
    (error) => error instanceof Refusal && error.reason === 'out-of-descriptors',
  )
})

test('a cancelled dial leaves no socket and refuses nothing', async (t) => {
  const { port } = await listenTcp(t, () => {})
  const dial = createDialler<Socket>(connectSocket, LIMITS).dial('h', [candidate('127.0.0.1', port)])
  dial.cancel()
  assert.equal(await deadline(dial.result, 'cancelled dial'), undefined)
})
