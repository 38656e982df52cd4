import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf } from '../../../../src/errors.ts'
import { SocketClient } from '../../../../src/proxy/client.ts'
import type { Engine } from '../../../../src/proxy/engine/engine.ts'
import { loadNative } from '../../../../src/proxy/engine/native.ts'
import { createSpliceEngine } from '../../../../src/proxy/engine/splice.ts'
import { createStreamEngine } from '../../../../src/proxy/engine/stream.ts'
import { race } from '../../../../src/proxy/race.ts'
import { deadline } from '../../../deadline.ts'
import { deferred } from '../../../deferred.ts'
import { endingOf } from '../../../ending.ts'
import { collectGarbage } from '../../../gc.ts'
import { listenTcp } from '../../../upstream.ts'
import { couple, endOf, offer } from './couple.ts'

/** Every way there is to move bytes. On Linux the compiled module must be there: what is not built is not tested. */
function engines(): Readonly<Record<string, Engine>> {
  const stream = createStreamEngine()
  if (process.platform !== 'linux') return { stream }
  const loaded = loadNative()
  if (!loaded.ok) throw new Error(`the splice engine cannot be loaded: ${loaded.why}`)
  const options = { threads: 2, sockets: 64, ahead: 8 }
  return {
    stream,
    splice: createSpliceEngine(loaded.native, { ...options, pipes: 16 }),
    'splice without pipes': createSpliceEngine(loaded.native, { ...options, pipes: 0 }),
  }
}

/** All that comes until the other side's half-close; iterating over the socket instead would close it both ways. */
const text = async (socket: net.Socket): Promise<string> => {
  let all = ''
  socket.on('data', (chunk) => (all += String(chunk)))
  await once(socket, 'end')
  return all
}

for (const [name, engine] of Object.entries(engines())) {
  test(`${name}: peeked bytes go first and once, then bytes both ways, and both counts`, async (t) => {
    const { client, upstream, relay } = await couple(t, engine, { head: 'hello ' })
    client.end('world')
    assert.equal(await deadline(text(upstream), 'upstream'), 'hello world')
    upstream.end('answer')
    assert.equal(await deadline(text(client), 'client'), 'answer')
    assert.deepEqual(await deadline(endOf(relay), 'end'), { endedBy: 'client', reason: 'end' })
    assert.deepEqual([relay.bytesUp, relay.bytesDown], [11, 6])
  })

  test(`${name}: a greeting precedes what the upstream says, and is not counted`, async (t) => {
    const { client, upstream, relay } = await couple(t, engine, { greeting: 'HTTP/1.1 200 OK\r\n\r\n' })
    upstream.end('x')
    assert.equal(await deadline(text(client), 'client'), 'HTTP/1.1 200 OK\r\n\r\nx')
    client.end()
    await deadline(endOf(relay), 'end')
    assert.equal(relay.bytesDown, 1)
  })

  test(`${name}: a half-closed side still receives, either way`, async (t) => {
    for (const first of ['client', 'upstream'] as const) {
      const pair = await couple(t, engine)
      const [closer, other] = first === 'client' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
      const received = text(closer)
      closer.end()
      await deadline(text(other), `${first} half-close reaches the other side`)
      other.write('late')
      other.end(' reply')
      assert.equal(await deadline(received, `${first} receives after its half-close`), 'late reply')
      assert.deepEqual(await deadline(endOf(pair.relay), 'end'), { endedBy: first, reason: 'end' })
    }
  })

  test(`${name}: a reset stays a reset, either way`, async (t) => {
    for (const first of ['client', 'upstream'] as const) {
      const pair = await couple(t, engine)
      const [closer, other] = first === 'client' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
      const failure = once(other, 'error').then(([error]) => codeOf(error))
      other.resume()
      closer.write('part of something')
      await deadline(once(other, 'data'), 'data')
      closer.resetAndDestroy()
      assert.equal(await deadline(failure, 'reset'), 'ECONNRESET')
      assert.deepEqual(await deadline(endOf(pair.relay), 'end'), { endedBy: first, reason: 'ECONNRESET' })
    }
  })

  test(`${name}: silence both ways ends by reset, and movement either way postpones it`, async (t) => {
    const { client, upstream, relay } = await couple(t, engine, { idleMs: 300 })
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
    assert.deepEqual(await endOf(relay), { endedBy: 'proxy', reason: 'idle-timeout' })
  })

  test(`${name}: an abort resets both sides and is the cause that is kept`, async (t) => {
    const { client, upstream, relay } = await couple(t, engine)
    const failures = Promise.all([once(client, 'error'), once(upstream, 'error')])
    client.resume()
    upstream.resume()
    relay.abort('drain-timeout')
    await deadline(failures, 'resets')
    assert.deepEqual(await deadline(endOf(relay), 'end'), { endedBy: 'proxy', reason: 'drain-timeout' })
  })

  test(`${name}: a reader that stops holds the writer up, either way, and nothing is lost`, async (t) => {
    const size = 64 * 1024 * 1024
    for (const direction of ['up', 'down'] as const) {
      const pair = await couple(t, engine)
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
      await deadline(endOf(pair.relay), 'end')
    }
  })

  test(`${name}: a client that is gone before the relay starts resets the upstream`, async (t) => {
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
    const relay = won.value.relay(offer(new SocketClient(socket), 'x'))
    assert.equal((await deadline(endOf(relay), 'end')).endedBy, 'client')
    // An upstream that was never spoken to may not have been told that it was connected. A later one is accepted after it.
    const later = net.connect(far.port, far.address)
    t.after(() => void later.destroy())
    const upstream = await deadline(upstreamEnd.promise, 'an accepted upstream')
    await once(later, 'connect')
    if (upstream.remotePort === later.localPort || upstream.closed) return
    await deadline(new Promise((resolve) => upstream.resume().once('close', resolve)), 'upstream closed')
  })

  test(`${name}: a client that closed its side before the relay starts is passed on as closed, after what it sent`, async (t) => {
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
    const relay = won.value.relay(offer(new SocketClient(socket), 'hello'))
    const upstream = await upstreamEnd.promise
    assert.equal(await deadline(text(upstream), 'upstream'), 'hello')
    upstream.end('late')
    assert.equal(await deadline(text(client), 'client'), 'late')
    assert.deepEqual(await deadline(endOf(relay), 'end'), { endedBy: 'client', reason: 'end' })
  })

  test(`${name}: a client that resets ends a relay of which both ways are full, at once`, async (t) => {
    const { client, upstream, relay } = await couple(t, engine)
    upstream.on('error', () => {})
    // An echo that waits for its reader, and a client that reads nothing.
    upstream.pipe(upstream)
    client.pause()
    const piece = Buffer.alloc(256 * 1024)
    const write = (): void => {
      while (client.writable && client.write(piece));
    }
    client.on('drain', write)
    write()
    for (let before = -1; before !== relay.bytesUp; await delay(300)) before = relay.bytesUp
    client.resetAndDestroy()
    assert.notEqual((await deadline(endOf(relay), 'the end')).reason, 'end')
  })

  test(`${name}: chunks below the high-water mark wait for a reader that stops, either way, and go on with it`, async (t) => {
    const piece = Buffer.alloc(1000)
    for (const direction of ['up', 'down'] as const) {
      const pair = await couple(t, engine)
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
      await deadline(endOf(pair.relay), 'end')
    }
  })

  test(`${name}: a reset behind data that nobody has read yet stays a reset, either way`, async (t) => {
    for (const direction of ['up', 'down'] as const) {
      const pair = await couple(t, engine)
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
      assert.deepEqual(await deadline(endOf(pair.relay), `${direction}: over`), { endedBy, reason: 'ECONNRESET' })
    }
  })
}
