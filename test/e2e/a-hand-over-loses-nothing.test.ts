import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { stringify } from 'yaml'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { endingOf } from '../ending.ts'
import { listenTcp } from '../upstream.ts'
import { adminOf, get, getJson, getUntil, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { configTo } from './carried.ts'
import { gone, handOver } from './hand-over.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { descriptorsFallTo, descriptorsOf } from './process-state.ts'
import { startProxy } from './proxy.ts'
import { SERVED } from './served.ts'
import { dial, readAtLeast } from './wire.ts'

/** A proxy before an upstream whose first connection is a transfer of which half has come; all others it serves. */
async function startTransfer(t: TestContext, timeouts: object = {}) {
  const first = deferred<Socket>()
  let isFirst = true
  const upstream = await listenTcp(t, (socket) => {
    socket.resume().write(isFirst ? 'half' : SERVED)
    if (isFirst) first.resolve(socket)
    else socket.end()
    isFirst = false
  })
  const config = { ...configTo(upstream), ...WITH_ADMIN, timeouts, listen: ['127.0.0.1:0', '127.0.0.2:0'] }
  const proxy = await startProxy(t, { config })
  const client = await dial(t, proxy.endpoint)
  client.write(helloFor())
  await deadline(readAtLeast(client, 4), 'half of the transfer')
  const [ending, service] = [endingOf(client), await first.promise]
  return { proxy, config, admin: await adminOf(proxy), client, ending, service }
}

test('a successor takes every listener over, while a transfer goes on to its end in the process that began it', async (t) => {
  const { proxy, admin, client, ending, service } = await startTransfer(t)
  const before = descriptorsOf(proxy.pid)
  const successor = await handOver(proxy, proxy.pid)
  assert.notEqual(successor, proxy.pid)
  assert.deepEqual(pick(await logged(proxy, 'handed over'), 'pid', 'open', 'drainMs'), {
    pid: proxy.pid,
    open: 1,
    drainMs: 3_600_000,
  })
  for (const endpoint of proxy.endpoints) assert.equal((await ask(t, endpoint)).bytes.toString(), SERVED)
  // The transfer is none of its own; those just served have ended, which may be counted a moment later.
  await getUntil(admin, '/status', ({ body }) => body.includes('"open":0'))
  const status = await getJson(admin, '/status')
  assert.deepEqual([status['pid'], status['draining']], [successor, false])
  // It has neither more nor fewer than the first had, which was relaying: one for each side.
  await descriptorsFallTo(successor, before - 2)

  service.end('the rest')
  const { by, bytes } = await deadline(ending, 'the rest of the transfer')
  assert.deepEqual([by, bytes.toString()], ['end', 'the rest'])
  client.end()
  assert.deepEqual(await deadline(proxy.exit, 'the first process ends'), { code: 0, signal: null })
  assert.equal(proxy.stderr(), '')

  // And again, by a process that was handed over to itself, and that reloads.
  const skip = proxy.log.length
  const second = await handOver(proxy, successor)
  await gone(successor)
  for (const endpoint of proxy.endpoints) assert.equal((await ask(t, endpoint)).bytes.toString(), SERVED)
  process.kill(second, 'SIGHUP')
  await logged(proxy, 'reloaded', skip)
  process.kill(second, 'SIGTERM')
  await gone(second)
  await assert.rejects(dial(t, proxy.endpoint), { code: 'ECONNREFUSED' })
})

test('what is open after the hand-over timeout is told, and cut by reset', async (t) => {
  const { proxy, ending } = await startTransfer(t, { handOver: '300ms' })
  await handOver(proxy, proxy.pid)
  assert.equal((await deadline(ending, 'the client is cut')).by, 'ECONNRESET')
  assert.deepEqual(await deadline(proxy.exit, 'the first process ends'), { code: 0, signal: null })
  assert.deepEqual(pick(await logged(proxy, 'cutting what is still open'), 'pid', 'reason', 'open'), {
    pid: proxy.pid,
    reason: 'drain-timeout',
    open: 1,
  })
})

test('a process that has handed over and is told to stop has the drain timeout, and a second signal ends it at once', async (t) => {
  for (const [timeouts, signals, reason] of [
    [{ drain: '300ms' }, 1, 'drain-timeout'],
    [{ drain: '5m' }, 2, 'stopped'],
  ] as const) {
    const { proxy, ending } = await startTransfer(t, timeouts)
    const successor = await handOver(proxy, proxy.pid)
    for (let i = 0; i < signals; i++) {
      proxy.signal(i === 0 ? 'SIGTERM' : 'SIGINT')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assert.equal((await deadline(ending, 'the client is cut')).by, 'ECONNRESET')
    assert.deepEqual(await deadline(proxy.exit, 'the first process ends'), { code: 0, signal: null })
    assert.equal((await logged(proxy, 'cutting what is still open'))['reason'], reason)
    assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
    process.kill(successor, 'SIGTERM')
    await gone(successor)
  }
})

test('a successor has the listeners that its configuration asks for, the others are closed', async (t) => {
  const { proxy, config, admin } = await startTransfer(t)
  const [stays, goes] = proxy.endpoints
  assert.ok(stays && goes)
  const skip = proxy.log.length
  await writeFile(proxy.file, stringify({ ...config, listen: '127.0.0.1:0' }))
  await handOver(proxy, proxy.pid)
  assert.equal((await logged(proxy, 'no longer listening', skip))['listener'], proxy.listeners[1])
  assert.equal((await ask(t, stays)).bytes.toString(), SERVED)
  await assert.rejects(dial(t, goes), { code: 'ECONNREFUSED' })
  assert.equal((await get(admin, '/healthz')).status, 200)
})
