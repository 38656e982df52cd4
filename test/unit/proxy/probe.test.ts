import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { SocketClient } from '../../../src/proxy/client.ts'
import { createProbe } from '../../../src/proxy/probe.ts'
import { deadline } from '../../deadline.ts'

const LIMIT_MS = 300

/** A server with a probe, and the connections that are not the probe's. */
async function start(t: TestContext, host: string) {
  const server = net.createServer()
  t.after(() => void server.close())
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const probe = createProbe(address)
  const others: net.Socket[] = []
  const accept = (socket: net.Socket): void => {
    if (!probe.takes(new SocketClient(socket))) others.push(socket)
  }
  server.on('connection', accept)
  t.after(() => others.forEach((socket) => socket.destroy()))
  const dial = async (): Promise<net.Socket> => {
    const socket = net.connect(address.port, address.address)
    t.after(() => void socket.destroy())
    await deadline(once(socket, 'connect'), 'a connection')
    return socket
  }
  /** From now on it accepts, and nobody hears of it: as if accept(2) had stopped. */
  const fall = (): void => void server.removeAllListeners('connection').on('connection', (socket) => socket.destroy())
  return { server, probe, others, dial, fall, port: address.port }
}

for (const host of ['127.0.0.1', '::1', '::', '0.0.0.0']) {
  test(`a listener on ${host} that accepts is found to, and hands nothing on`, async (t) => {
    const { probe, others, server } = await start(t, host)
    for (let count = 0; count < 50; count += 1) assert.equal(await probe.accepts(LIMIT_MS), true)
    assert.equal(others.length, 0)
    server.close()
    await deadline(once(server, 'close'), 'no connection is left')
  })
}

test('a listener that accepted before and does not any more is found out', async (t) => {
  const { probe, fall } = await start(t, '127.0.0.1')
  assert.equal(await probe.accepts(LIMIT_MS), true)
  fall()
  assert.equal(await probe.accepts(LIMIT_MS), false)
})

test('a listener that is closed is found out', async (t) => {
  const { probe, server } = await start(t, '127.0.0.1')
  assert.equal(await probe.accepts(LIMIT_MS), true)
  server.close()
  assert.equal(await probe.accepts(LIMIT_MS), false)
})

test('where no probe has ever got through, that is not held against the listener', async (t) => {
  const { probe, server } = await start(t, '127.0.0.1')
  server.close()
  assert.equal(await probe.accepts(LIMIT_MS), true)
})

test('clients that are accepted prove as much: then nothing is tried', async (t) => {
  const { probe, others, dial, fall } = await start(t, '127.0.0.1')
  assert.equal(await probe.accepts(LIMIT_MS), true)
  const [, accepted] = await Promise.all([dial(), probe.accepts(10_000)])
  assert.equal(accepted, true)
  await dial()
  await deadline(untilLength(others, 2), 'both are handed on')
  fall()
  assert.equal(await probe.accepts(LIMIT_MS), true)
  assert.equal(await probe.accepts(LIMIT_MS), false)
})

test('an address that this host has no longer says nothing', async () => {
  const probe = createProbe({ address: '203.0.113.5', port: 443 })
  assert.equal(await deadline(probe.accepts(10_000), 'an answer', 1000), true)
})

async function untilLength(list: readonly unknown[], length: number): Promise<void> {
  while (list.length < length) await new Promise((resolve) => setImmediate(resolve))
}
