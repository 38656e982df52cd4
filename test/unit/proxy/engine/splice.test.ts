import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test, type TestContext } from 'node:test'
import type { Client } from '../../../../src/proxy/client.ts'
import type { Engine, Offer, Upstream } from '../../../../src/proxy/engine/engine.ts'
import { loadNative } from '../../../../src/proxy/engine/native.ts'
import { createSpliceEngine } from '../../../../src/proxy/engine/splice.ts'
import { listen, type Listener } from '../../../../src/proxy/listener.ts'
import type { Outcome } from '../../../../src/proxy/race.ts'
import { deadline } from '../../../deadline.ts'
import { deferred } from '../../../deferred.ts'
import { type Ending, endingOf } from '../../../ending.ts'
import { type Endpoint, listenTcp } from '../../../upstream.ts'
import { offer } from './couple.ts'

/** Long enough for the threads to do all they have been asked, while nothing happens here. */
const MEANWHILE_MS = 200

const skip = process.platform !== 'linux'

interface Site {
  readonly engine: Engine
  /** What is closed before the engine. */
  readonly listeners: Listener[]
}

function createSite(t: TestContext): Site {
  const loaded = loadNative()
  if (!loaded.ok) throw new Error(`the splice engine cannot be loaded: ${loaded.why}`)
  const engine = createSpliceEngine(loaded.native, { threads: 2, sockets: 16, ahead: 8, pipes: 4 })
  const listeners: Listener[] = []
  t.after(async () => {
    await Promise.all(listeners.map((listener) => listener.close()))
    engine.close()
  })
  return { engine, listeners }
}

/** A client that a relay thread has accepted, with what it has said, and its far end. */
async function accept(
  t: TestContext,
  { engine, listeners }: Site,
  said: string,
): Promise<{ client: Client; far: net.Socket }> {
  const accepted = deferred<Client>()
  const spec = { host: '127.0.0.1', port: 0, proxyProtocol: false, trusted: [] }
  const listener = await listen(spec, engine, accepted.resolve)
  listeners.push(listener)
  const { address, port } = listener.bound
  const far = net.connect({ host: address, port, allowHalfOpen: true })
  far.on('error', () => {})
  t.after(() => void far.destroy())
  far.write(said)
  return { client: await deadline(accepted.promise, 'the client is accepted'), far }
}

/** Begins to connect, and how to give it up. */
function dial(
  { engine }: Site,
  { address, port }: Endpoint,
  offered: Offer,
): { readonly outcome: Promise<Outcome<Upstream>>; readonly giveUp: () => void } {
  const outcome = deferred<Outcome<Upstream>>()
  const giveUp = engine.connect({ address, port, source: undefined }, 5_000, offered)(outcome.resolve)
  return { outcome: outcome.promise, giveUp }
}

async function connected(outcome: Promise<Outcome<Upstream>>): Promise<Upstream> {
  const result = await deadline(outcome, 'it is connected')
  assert.ok(result.ok)
  return result.value
}

/** Lets the threads go on, by as much as they have been told of, and hears nothing of it. */
async function meanwhile(): Promise<void> {
  await new Promise(setImmediate)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MEANWHILE_MS)
}

test(
  'a client that is offered is coupled as soon as its upstream is connected, and told of first',
  { skip },
  async (t) => {
    const site = createSite(t)
    const upstream = deferred<net.Socket>()
    const service = await listenTcp(t, upstream.resolve)
    const { client, far } = await accept(t, site, 'to the proxy, to the upstream')
    const told: unknown[] = []
    const offered = {
      ...offer(client, 'to the upstream', { greeting: 'hello ' }),
      onCoupling: (end: Pick<Upstream, 'localAddress' | 'localPort'>) => told.push(end.localPort),
    }
    const dialled = dial(site, service, offered)
    const socket = await deadline(upstream.promise, 'the upstream is connected')
    const [said] = await deadline(once(socket, 'data'), 'it hears the client')
    assert.equal(String(said), 'to the upstream')
    const relay = (await connected(dialled.outcome)).relay(offered)
    assert.deepEqual(told, [socket.remotePort])
    socket.end('world')
    let heard = ''
    far.on('data', (chunk) => (heard += String(chunk)))
    await deadline(once(far, 'end'), 'the client hears the end')
    assert.equal(heard, 'hello world')
    far.end()
    assert.deepEqual(await deadline(relay.ended, 'the end'), { endedBy: 'upstream', reason: 'end' })
    assert.deepEqual([relay.bytesUp, relay.bytesDown], ['to the upstream'.length, 'world'.length])
  },
)

test('a dial that is given up when it has coupled its client takes that with it', { skip }, async (t) => {
  const site = createSite(t)
  const upstream = deferred<Ending>()
  const service = await listenTcp(t, (socket) => void endingOf(socket).then(upstream.resolve))
  const { client, far } = await accept(t, site, 'hello')
  const reset = endingOf(far)
  const { giveUp } = dial(site, service, offer(client, 'hello'))
  await meanwhile()
  giveUp()
  // As for a goodbye.
  const socket = client.socket()
  assert.equal((await deadline(reset, 'the client')).by, 'ECONNRESET')
  assert.equal((await deadline(upstream.promise, 'the upstream')).by, 'ECONNRESET')
  assert.equal((await deadline(socket, 'its socket')).destroyed, true)
  assert.equal(client.lost, true)
  // Its slot is another's by now.
  const other = await accept(t, site, 'other')
  client.reset()
  client.close()
  const offered = offer(other.client, 'other')
  const { outcome } = dial(site, service, offered)
  const relay = (await connected(outcome)).relay(offered)
  relay.abort('enough')
  assert.deepEqual(await deadline(relay.ended, 'the end'), { endedBy: 'proxy', reason: 'enough' })
})

test(
  'the dial that wins instead of one that was given up, and had coupled their client, is closed',
  { skip },
  async (t) => {
    const site = createSite(t)
    const service = await listenTcp(t, () => {})
    const { client, far } = await accept(t, site, 'hello')
    const reset = endingOf(far)
    const offered = offer(client, 'hello')
    const loser = dial(site, service, offered)
    const winner = dial(site, service, offered)
    await meanwhile()
    loser.giveUp()
    const relay = (await connected(winner.outcome)).relay(offered)
    assert.deepEqual(await deadline(relay.ended, 'the end'), { endedBy: 'proxy', reason: 'ECANCELED' })
    assert.equal((await deadline(reset, 'the client')).by, 'ECONNRESET')
  },
)
