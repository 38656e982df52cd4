import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { UserError } from '../../../src/errors.ts'
import { createStreamEngine } from '../../../src/proxy/engine/stream.ts'
import { listen } from '../../../src/proxy/listener.ts'
import type { ListenSpec } from '../../../src/proxy/listener.ts'
import { deadline } from '../../deadline.ts'
import { deferred } from '../../deferred.ts'

/** A listener and the first connection it hands over. */
async function start(t: TestContext, spec: Partial<ListenSpec> = {}) {
  const accepted = deferred<net.Socket>()
  const listener = await listen(
    { host: '127.0.0.1', port: 0, proxyProtocol: false, trusted: [], ...spec },
    createStreamEngine(),
    ({ held }) => (held === undefined ? undefined : accepted.resolve(held)),
  )
  t.after(() => listener.close())
  const connect = async (host: string): Promise<net.Socket> => {
    const socket = net.connect(listener.bound.port, host)
    t.after(() => void socket.destroy())
    await deadline(once(socket, 'connect'), 'a connection')
    return socket
  }
  return { listener, accepted: accepted.promise, connect }
}

test('a listener is named by the address and port it has really bound', async (t) => {
  const four = (await start(t)).listener
  assert.equal(four.name, `127.0.0.1:${four.bound.port}`)
  assert.ok(four.bound.port > 0)
  const six = (await start(t, { host: '::1' })).listener
  assert.equal(six.name, `[::1]:${six.bound.port}`)
})

test('without an address it takes IPv6 and IPv4', async (t) => {
  const { connect } = await start(t, { host: undefined })
  await connect('127.0.0.1')
  await connect('::1')
})

test('what it hands over may be half closed: its end comes, and it can still be written to', async (t) => {
  const { accepted, connect } = await start(t)
  const client = await connect('127.0.0.1')
  client.end()
  const socket = await deadline(accepted, 'accept')
  t.after(() => void socket.destroy())
  await deadline(once(socket.resume(), 'end'), 'the half-close')
  socket.end('late')
  const [late]: Buffer[] = await deadline(once(client, 'data'), 'what is written after it')
  assert.equal(String(late), 'late')
})

test('closed, it takes no connection, and those it took go on', async (t) => {
  const { listener, accepted, connect } = await start(t)
  const client = await connect('127.0.0.1')
  const socket = await deadline(accepted, 'accept')
  t.after(() => void socket.destroy())
  await listener.close()
  await assert.rejects(connect('127.0.0.1'), { code: 'ECONNREFUSED' })
  socket.write('still here')
  await deadline(once(client, 'data'), 'the connection goes on')
})

test('an accept that fails ends nothing', async (t) => {
  const { accepted, connect } = await start(t)
  await connect('127.0.0.1')
  // Node emits it there when accept(2) fails, which nothing here can make it do.
  const server: unknown = Reflect.get(await deadline(accepted, 'accept'), 'server')
  assert.ok(server instanceof EventEmitter)
  server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
  await connect('127.0.0.1')
})

test('it knows from whom a PROXY header is believed', async (t) => {
  assert.equal((await start(t)).listener.proxies, undefined)
  const { proxies } = (await start(t, { proxyProtocol: true, trusted: ['10.0.0.0/24'] })).listener
  assert.deepEqual([proxies?.has('10.0.0.9'), proxies?.has('10.0.1.9')], [true, false])
})

test('what keeps it from listening is told to the user, with what to do', async (t) => {
  const { listener } = await start(t)
  for (const [host, port, what] of [
    ['127.0.0.1', listener.bound.port, /^cannot listen on 127\.0\.0\.1:\d+: the port is in use$/],
    ['203.0.113.5', 8443, /^cannot listen on 203\.0\.113\.5:8443: this host has no such address$/],
    ['2001:db8::5', 8443, /^cannot listen on \[2001:db8::5\]:8443: this host has no such address$/],
  ] as const)
    await assert.rejects(
      listen({ host, port, proxyProtocol: false, trusted: [] }, createStreamEngine(), () => {}),
      (error) => error instanceof UserError && what.test(error.message) && error.hint !== undefined,
    )
})
