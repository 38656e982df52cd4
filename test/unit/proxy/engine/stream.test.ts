import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test, type TestContext } from 'node:test'
import { codeOf } from '../../../../src/errors.ts'
import type { Relay } from '../../../../src/proxy/engine/engine.ts'
import { createStreamEngine } from '../../../../src/proxy/engine/stream.ts'
import { race } from '../../../../src/proxy/race.ts'
import { deadline } from '../../../deadline.ts'
import { deferred } from '../../../deferred.ts'
import { collectGarbage } from '../../../gc.ts'
import { endingOf } from '../../../ending.ts'
import { listenTcp } from '../../../upstream.ts'

const engine = createStreamEngine()

interface Pair {
  readonly client: net.Socket
  readonly upstream: net.Socket
  /** The relay's own sockets, towards the client and the upstream. */
  readonly near: net.Socket
  readonly far: net.Socket
  readonly relay: Relay
}

/** Two real connections coupled by a relay, seen from their far ends. */
async function couple(
  t: TestContext,
  { head = '', idleMs = 60_000, greeting }: { head?: string; idleMs?: number; greeting?: string } = {},
): Promise<Pair> {
  const upstreamEnd = deferred<net.Socket>()
  const service = await listenTcp(t, upstreamEnd.resolve)
  const accepted = deferred<net.Socket>()
  const listener = await listenTcp(t, (socket) => accepted.resolve(socket.pause()))
  const client = net.connect({ host: listener.address, port: listener.port, allowHalfOpen: true })
  t.after(() => void client.destroy())
  client.on('error', () => {})
  const target = { address: service.address, port: service.port, source: undefined }
  const { won } = await race([engine.connect(target, 5_000)], 250, 5_000).result
  assert.ok(won !== undefined)
  const near = await accepted.promise
  const relay = engine.relay(near, won.value, Buffer.from(head), { idleMs, greeting })
  return { client, upstream: await upstreamEnd.promise, near, far: won.value.socket, relay }
}

/** All that comes until the other side's half-close; iterating over the socket instead would close it both ways. */
const text = async (socket: net.Socket): Promise<string> => {
  let all = ''
  socket.on('data', (chunk) => (all += String(chunk)))
  await once(socket, 'end')
  return all
}

test('peeked bytes go first and once, then bytes both ways, and both counts', async (t) => {
  const { client, upstream, relay } = await couple(t, { head: 'hello ' })
  client.end('world')
  assert.equal(await deadline(text(upstream), 'upstream'), 'hello world')
  upstream.end('answer')
  assert.equal(await deadline(text(client), 'client'), 'answer')
  assert.deepEqual(await deadline(relay.ended, 'end'), { endedBy: 'client', reason: 'end' })
  assert.deepEqual([relay.bytesUp, relay.bytesDown], [11, 6])
})

test('a greeting precedes what the upstream says, and is not counted', async (t) => {
  const { client, upstream, relay } = await couple(t, { greeting: 'HTTP/1.1 200 OK\r\n\r\n' })
  upstream.end('x')
  assert.equal(await deadline(text(client), 'client'), 'HTTP/1.1 200 OK\r\n\r\nx')
  client.end()
  await deadline(relay.ended, 'end')
  assert.equal(relay.bytesDown, 1)
})

test('a half-closed side still receives, either way', async (t) => {
  for (const first of ['client', 'upstream'] as const) {
    const pair = await couple(t)
    const [closer, other] = first === 'client' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
    const received = text(closer)
    closer.end()
    await deadline(text(other), `${first} half-close reaches the other side`)
    other.write('late')
    other.end(' reply')
    assert.equal(await deadline(received, `${first} receives after its half-close`), 'late reply')
    assert.deepEqual(await deadline(pair.relay.ended, 'end'), { endedBy: first, reason: 'end' })
  }
})

test('a reset stays a reset, either way', async (t) => {
  for (const first of ['client', 'upstream'] as const) {
    const pair = await couple(t)
    const [closer, other] = first === 'client' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
    const failure = once(other, 'error').then(([error]) => codeOf(error))
    other.resume()
    closer.write('part of something')
    await deadline(once(other, 'data'), 'data')
    closer.resetAndDestroy()
    assert.equal(await deadline(failure, 'reset'), 'ECONNRESET')
    assert.deepEqual(await deadline(pair.relay.ended, 'end'), { endedBy: first, reason: 'ECONNRESET' })
  }
})

test('silence both ways ends by reset, and movement either way postpones it', async (t) => {
  const { client, upstream, relay } = await couple(t, { idleMs: 300 })
  const failures = Promise.all([once(client, 'error'), once(upstream, 'error')])
  client.resume()
  upstream.resume()
  const started = performance.now()
  for (let i = 0; i < 6; i++) {
    const [from, to] = i % 2 === 0 ? [client, upstream] : [upstream, client]
    from.write('.')
    await deadline(once(to, 'data'), 'movement')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.ok(performance.now() - started > 500)
  await deadline(failures, 'idle cut')
  assert.deepEqual(await relay.ended, { endedBy: 'proxy', reason: 'idle-timeout' })
})

test('an abort resets both sides and is the cause that is kept', async (t) => {
  const { client, upstream, relay } = await couple(t)
  const failures = Promise.all([once(client, 'error'), once(upstream, 'error')])
  client.resume()
  upstream.resume()
  relay.abort('drain-timeout')
  await deadline(failures, 'resets')
  assert.deepEqual(await deadline(relay.ended, 'end'), { endedBy: 'proxy', reason: 'drain-timeout' })
})

test('a reader that stops holds the writer up, either way, and nothing is lost', async (t) => {
  const size = 64 * 1024 * 1024
  for (const direction of ['up', 'down'] as const) {
    const pair = await couple(t)
    const [writer, reader] = direction === 'up' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
    reader.pause()
    const payload = Buffer.alloc(size, direction)
    const before = process.memoryUsage()
    writer.end(payload)
    // The writer's own buffer stands still once every buffer on the way is full.
    let last = -1
    while (last !== writer.bytesWritten - writer.writableLength) {
      last = writer.bytesWritten - writer.writableLength
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    assert.ok(pair.relay.bytesUp + pair.relay.bytesDown < size / 2, 'the relay does not read ahead')
    collectGarbage()
    const held = process.memoryUsage().arrayBuffers - before.arrayBuffers
    assert.ok(held < size / 4, `${held} bytes are held`)
    let received = 0
    reader.on('data', (chunk) => {
      assert.ok(payload.subarray(received, received + chunk.length).equals(chunk))
      received += chunk.length
    })
    reader.resume()
    await deadline(once(reader, 'end'), `${direction}: the rest`)
    assert.equal(received, size)
    reader.end()
    await deadline(pair.relay.ended, 'end')
  }
})

test('a client that is gone before the relay starts resets the upstream', async (t) => {
  const upstreamEnd = deferred<net.Socket>()
  const far = await listenTcp(t, upstreamEnd.resolve)
  const accepted = deferred<net.Socket>()
  const near = await listenTcp(t, accepted.resolve)
  const client = net.connect(near.port, near.address)
  client.on('error', () => {})
  const socket = await accepted.promise
  const { won } = await race([engine.connect({ ...far, source: undefined }, 5_000)], 250, 5_000).result
  assert.ok(won !== undefined)
  socket.destroy()
  await once(socket, 'close')
  const relay = engine.relay(socket, won.value, Buffer.from('x'), { idleMs: 60_000, greeting: undefined })
  assert.equal((await deadline(relay.ended, 'end')).endedBy, 'client')
  const upstream = await upstreamEnd.promise
  if (!upstream.closed)
    await deadline(new Promise((resolve) => upstream.resume().once('close', resolve)), 'upstream closed')
})

test('a client that closed its side before the relay starts is passed on as closed, after what it sent', async (t) => {
  const upstreamEnd = deferred<net.Socket>()
  const far = await listenTcp(t, upstreamEnd.resolve)
  const accepted = deferred<net.Socket>()
  const near = await listenTcp(t, (socket) => accepted.resolve(socket.pause()))
  const client = net.connect({ host: near.address, port: near.port, allowHalfOpen: true })
  t.after(() => void client.destroy())
  client.end()
  const socket = await accepted.promise
  // A read that finds the end, as the peek's does.
  await once(socket.resume(), 'end')
  const { won } = await race([engine.connect({ ...far, source: undefined }, 5_000)], 250, 5_000).result
  assert.ok(won !== undefined)
  const relay = engine.relay(socket, won.value, Buffer.from('hello'), { idleMs: 60_000, greeting: undefined })
  const upstream = await upstreamEnd.promise
  assert.equal(await deadline(text(upstream), 'upstream'), 'hello')
  upstream.end('late')
  assert.equal(await deadline(text(client), 'client'), 'late')
  assert.deepEqual(await deadline(relay.ended, 'end'), { endedBy: 'client', reason: 'end' })
})

test('chunks below the high-water mark wait for a reader that stops, either way, and go on with it', async (t) => {
  const piece = Buffer.alloc(1000)
  for (const direction of ['up', 'down'] as const) {
    const pair = await couple(t)
    const [writer, reader] = direction === 'up' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
    reader.pause()
    let sent = 0
    let full = false
    while (!full) {
      const taken = new Promise((resolve) => writer.write(piece, resolve))
      const stalled = new Promise((resolve) => setTimeout(resolve, 200, 'stalled'))
      full = (await Promise.race([taken, stalled])) === 'stalled'
      sent += piece.length
    }
    writer.end()
    let received = 0
    reader.on('data', (chunk) => (received += chunk.length)).resume()
    await deadline(once(reader, 'end'), `${direction}: the rest`)
    assert.equal(received, sent)
    reader.end()
    await deadline(pair.relay.ended, 'end')
  }
})

/** A relay in which 32 MB, more than the kernel takes, and then an end wait for a reader that stands still. */
async function coupleStuck(t: TestContext, direction: 'up' | 'down'): Promise<Pair & { readonly reader: net.Socket }> {
  const much = 'x'.repeat(32 * 1024 * 1024)
  const pair = await couple(t, direction === 'up' ? { head: much } : { greeting: much })
  const [closer, reader] = direction === 'up' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
  reader.pause()
  const passed = once(direction === 'up' ? pair.near : pair.far, 'end')
  closer.end()
  await deadline(passed, 'the end is read')
  return { ...pair, reader }
}

test('an end that comes while data waits is passed on behind the data, either way', async (t) => {
  for (const direction of ['up', 'down'] as const) {
    const { reader, relay } = await coupleStuck(t, direction)
    let received = 0
    reader.on('data', (chunk) => (received += chunk.length)).resume()
    await deadline(once(reader, 'end'), `${direction}: the end`)
    assert.equal(received, 32 * 1024 * 1024)
    reader.end()
    await deadline(relay.ended, `${direction}: over`)
  }
})

test('a cut while an end waits behind data closes both sides, by reset, and is told as a cut', async (t) => {
  for (const direction of ['up', 'down'] as const) {
    const { reader, relay } = await coupleStuck(t, direction)
    relay.abort('idle-timeout')
    assert.deepEqual(await deadline(relay.ended, `${direction}: over`), { endedBy: 'proxy', reason: 'idle-timeout' })
    assert.equal((await deadline(endingOf(reader.resume()), `${direction}: the reset`)).by, 'ECONNRESET')
  }
})

test('a cut at the very moment of an end closes both sides, either way', async (t) => {
  for (const direction of ['up', 'down'] as const) {
    const { client, upstream, near, far, relay } = await couple(t)
    client.resume()
    upstream.resume()
    const [source, closer] = direction === 'up' ? [near, client] : [far, upstream]
    source.once('end', () => relay.abort('stopped'))
    closer.end()
    assert.deepEqual(await deadline(relay.ended, `${direction}: over`), { endedBy: 'proxy', reason: 'stopped' })
  }
})

test('a reset behind data that nobody has read yet stays a reset, either way', async (t) => {
  for (const direction of ['up', 'down'] as const) {
    const pair = await couple(t)
    const [writer, reader] = direction === 'up' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
    reader.pause()
    let taken = true
    while (taken) {
      const flushed = new Promise((resolve) => writer.write(Buffer.alloc(10_000), () => resolve(true)))
      taken = (await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, 200, false))])) === true
    }
    writer.resetAndDestroy()
    assert.equal((await deadline(endingOf(reader.resume()), `${direction}: the reset`)).by, 'ECONNRESET')
    const endedBy = direction === 'up' ? 'client' : 'upstream'
    assert.deepEqual(await deadline(pair.relay.ended, `${direction}: over`), { endedBy, reason: 'ECONNRESET' })
  }
})
