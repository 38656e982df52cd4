import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { test, type TestContext } from 'node:test'
import type { Client } from '../../../../src/proxy/client.ts'
import type { Engine, LocalEnd, Offer, Upstream } from '../../../../src/proxy/engine/engine.ts'
import { loadNative } from '../../../../src/proxy/engine/native.ts'
import { createSpliceEngine } from '../../../../src/proxy/engine/splice.ts'
import { listen, type Listener } from '../../../../src/proxy/listener.ts'
import type { Outcome } from '../../../../src/proxy/race.ts'
import { deadline } from '../../../deadline.ts'
import { deferred } from '../../../deferred.ts'
import { type Ending, endingOf } from '../../../ending.ts'
import { type Endpoint, listenTcp } from '../../../upstream.ts'
import { endOf, offer } from './couple.ts'

const skip = process.platform !== 'linux'

interface Site {
  readonly engine: Engine
  /** What is closed before the engine. */
  readonly listeners: Listener[]
}

function createSite(t: TestContext, sockets = 16): Site {
  const loaded = loadNative()
  if (!loaded.ok) throw new Error(`the splice engine cannot be loaded: ${loaded.why}`)
  const engine = createSpliceEngine(loaded.native, { threads: 2, sockets, ahead: 8, pipes: 4 })
  const listeners: Listener[] = []
  t.after(async () => {
    await Promise.all(listeners.map((listener) => listener.close()))
    engine.close()
  })
  return { engine, listeners }
}

/** A client that a relay thread has accepted, with what it has said, and its far end. */
async function accept(t: TestContext, site: Site, said: string): Promise<{ client: Client; far: net.Socket }> {
  const { engine, listeners } = site
  const accepted = deferred<Client>()
  const spec = { host: '127.0.0.1', port: 0, proxyProtocol: false, trusted: [] }
  const listener = await listen(spec, engine, accepted.resolve)
  listeners.push(listener)
  const { address, port } = listener.bound
  const far = net.connect({ host: address, port, allowHalfOpen: true })
  far.on('error', () => {})
  t.after(() => void far.destroy())
  far.write(said)
  const client = await deadline(accepted.promise, 'the client is accepted')
  // On a busy machine what it says may come so late that Node was given it.
  return client.held === undefined ? { client, far } : await accept(t, site, said)
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

/** Lets the threads go on until something has been passed on to `port`, and hears nothing of it. */
async function passedOn(port: number): Promise<void> {
  // What was asked of them is told them once a round of the event loop.
  await new Promise(setImmediate)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const end = performance.now() + 10_000
  while (!hasUnread(port)) {
    assert.ok(performance.now() < end, 'nothing is passed on')
    Atomics.wait(pause, 0, 0, 5)
  }
}

/** Whether the kernel has bytes for a connection at this port: local address, state and receive queue of proc_net_tcp. */
function hasUnread(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return new RegExp(`^ *\\d+: [0-9A-F]+:${hex} \\S+ 01 \\S+:(?!00000000)`, 'm').test(
    readFileSync('/proc/self/net/tcp', 'latin1'),
  )
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
      onCoupling: (end: LocalEnd) => told.push(end.localPort),
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
    assert.deepEqual(await deadline(endOf(relay), 'the end'), { endedBy: 'upstream', reason: 'end' })
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
  await passedOn(service.port)
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
  assert.deepEqual(await deadline(endOf(relay), 'the end'), { endedBy: 'proxy', reason: 'enough' })
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
    await passedOn(service.port)
    loser.giveUp()
    const relay = (await connected(winner.outcome)).relay(offered)
    // By then the client is being cut, or gone.
    const { reason } = await deadline(endOf(relay), 'the end')
    assert.ok(['ECANCELED', 'closed'].includes(reason), reason)
    assert.equal((await deadline(reset, 'the client')).by, 'ECONNRESET')
  },
)

test('a listener that is closed twice is closed once, and both hear of it', { skip }, async (t) => {
  const site = createSite(t)
  const spec = { host: '127.0.0.1', port: 0, proxyProtocol: false, trusted: [] }
  const listener = await listen(spec, site.engine, (client) => client.reset())
  await deadline(Promise.all([listener.close(), listener.close()]), 'both hear of it')
  // What it had is free by now.
  await deadline(listener.close(), 'who asks later hears of it')
  const { client } = await accept(t, site, 'hello')
  assert.equal(String(client.first), 'hello')
})

test('a client that there is no place for is closed, and told of', { skip }, async (t) => {
  const site = createSite(t, 2)
  const { client } = await accept(t, site, 'one')
  const turnedAway = deferred<Client>()
  const spec = { host: '127.0.0.1', port: 0, proxyProtocol: false, trusted: [] }
  const listener = await listen(spec, site.engine, (other) => other.turnedAway && turnedAway.resolve(other))
  site.listeners.push(listener)
  const { address: host, port } = listener.bound
  // Clients go round the threads, each of which has one place.
  const others = [deferred<number>(), deferred<number>()]
  const closed: number[] = []
  const heard = deferred<undefined>()
  for (const { resolve } of others) {
    const other = net.connect({ host, port }).on('error', () => {})
    t.after(() => void other.destroy())
    other.once('connect', () => {
      const { localPort = 0 } = other
      resolve(localPort)
      other.once('close', () => heard.resolve(void closed.push(localPort)))
    })
  }
  const ports = await deadline(Promise.all(others.map(({ promise }) => promise)), 'they are connected')
  const { peer, lost } = await deadline(turnedAway.promise, 'it is told of')
  assert.equal(lost, true)
  assert.ok(peer?.address === '127.0.0.1' && ports.includes(peer.port))
  await deadline(heard.promise, 'it is closed')
  assert.deepEqual(closed, [peer.port])
  client.close()
})
