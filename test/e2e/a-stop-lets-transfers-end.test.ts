import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { answerWith, requestFor, startForwarding } from './forwarded.ts'
import type { Arrival } from './forwarded.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import type { ProxyProcess } from './proxy.ts'
import { endingOf } from '../ending.ts'
import { dial, readAtLeast } from './wire.ts'

const HALF = Buffer.alloc(100_000, 'a')

/** A transfer of which half has come, through a proxy with this drain timeout. */
async function startTransfer(t: TestContext, drain: string) {
  const accepted = deferred<Socket>()
  const { proxy } = await startCarried(
    t,
    (socket) => {
      socket.resume().write(HALF)
      accepted.resolve(socket)
    },
    { config: { timeouts: { drain } } },
  )
  const client = await dial(t, proxy.endpoint)
  client.write(helloFor())
  await deadline(readAtLeast(client, HALF.length), 'half of the transfer')
  return { proxy, client, upstream: await accepted.promise, ending: endingOf(client) }
}

async function assertStops(proxy: ProxyProcess, ms?: number): Promise<void> {
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends', ms), { code: 0, signal: null })
  assert.equal(proxy.stderr(), '')
  assert.equal(proxy.log.at(-1)?.msg, 'stopped')
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`after ${signal} no connection is taken, a transfer goes on to its end, and the proxy ends with 0`, async (t) => {
    const { proxy, client, upstream, ending } = await startTransfer(t, '30s')
    proxy.signal(signal)
    const line = await logged(proxy, 'stopping: no new connection is taken')
    assert.deepEqual(pick(line, 'open', 'drainMs'), { open: 1, drainMs: 30_000 })
    const refused = once(connect(proxy.port, proxy.endpoint.address), 'connect')
    await assert.rejects(deadline(refused, 'a new connection'), { code: 'ECONNREFUSED' })

    upstream.end('the rest')
    const { by, bytes } = await deadline(ending, 'the rest of the transfer')
    assert.deepEqual([by, bytes.toString()], ['end', 'the rest'])
    client.end()
    await assertStops(proxy)
    const { bytesDown, reason } = await logged(proxy, 'connection')
    assert.deepEqual([bytesDown, reason], [HALF.length + 8, 'end'])
  })
}

test('what is still open at the drain timeout is told, and cut by reset', async (t) => {
  const { proxy, upstream, ending } = await startTransfer(t, '300ms')
  const lost = endingOf(upstream)
  proxy.signal('SIGTERM')
  assert.equal((await deadline(ending, 'the client is cut')).by, 'ECONNRESET')
  assert.equal((await deadline(lost, 'the upstream is cut')).by, 'ECONNRESET')
  await assertStops(proxy)
  const cut = await logged(proxy, 'cutting what is still open')
  const line = await logged(proxy, 'connection')
  const { conn, client } = line
  const moved = { bytesUp: helloFor().length, bytesDown: HALF.length }
  assert.deepEqual(pick(cut, 'reason', 'open', 'moving'), {
    reason: 'drain-timeout',
    open: 1,
    moving: [{ conn, client, host: REGISTRY, ...moved, moved: moved.bytesUp + moved.bytesDown }],
  })
  assert.deepEqual(pick(line, 'endedBy', 'reason', 'bytesUp', 'bytesDown'), {
    endedBy: 'proxy',
    reason: 'drain-timeout',
    ...moved,
  })
})

test('a second signal ends at once', async (t) => {
  const { proxy, ending } = await startTransfer(t, '5m')
  proxy.signal('SIGTERM')
  await logged(proxy, 'stopping: no new connection is taken')
  proxy.signal('SIGINT')
  await assertStops(proxy, 3000)
  assert.equal((await deadline(ending, 'the client is cut')).by, 'ECONNRESET')
  assert.equal((await logged(proxy, 'cutting what is still open'))['reason'], 'stopped')
})

test('a kept connection on which no request is under way does not hold the end up', async (t) => {
  const { proxy, client, heard } = await startForwarding(t, ({ socket }) => void socket.end(answerWith('one')))
  client.write(requestFor(REGISTRY))
  await heard.until(/one$/, 'the answer')
  proxy.signal('SIGTERM')
  await assert.rejects(heard.until(/./, 'more'), /ended after ""/)
  await assertStops(proxy, 3000)
})

test('a forwarded request under way is answered, one that comes later refused, and then the connection ends', async (t) => {
  const first = deferred<Arrival>()
  const { proxy, client, heard } = await startForwarding(t, first.resolve)
  client.write(requestFor(REGISTRY))
  const { socket } = await deadline(first.promise, 'the first request arrives')
  proxy.signal('SIGTERM')
  await logged(proxy, 'stopping: no new connection is taken')
  client.write(requestFor(REGISTRY))
  const { reason, host } = await logged(proxy, 'refused')
  assert.deepEqual([reason, host], ['draining', undefined])
  socket.end(answerWith('one'))
  await heard.until(/one/, 'the answer')
  await heard.until(/^HTTP\/1\.1 503 [^]*\r\nConnection: close\r\n[^]*draining: .*\nhint: .*\n$/, 'the refusal')
  await assert.rejects(heard.until(/./, 'more'), /ended after ""/)
  await assertStops(proxy)
})
