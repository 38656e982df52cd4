import assert from 'node:assert/strict'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { startDns } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import type { Endpoint } from '../upstream.ts'
import { listenTcp } from '../upstream.ts'
import { ask } from './ask.ts'
import { configTo, REGISTRY } from './carried.ts'
import { converse } from './conversation.ts'
import { requestFor } from './forwarded.ts'
import { alert, INTERNAL_ERROR } from './goodbyes.ts'
import { logged } from './logged.ts'
import { helloFor } from './hellos.ts'
import { closedPort } from './nobody.ts'
import { startProxy } from './proxy.ts'
import type { ReadyProxy } from './proxy.ts'
import { resolvedBy } from './resolved.ts'
import { dial, readAtLeast } from './wire.ts'

async function assertLoop(t: TestContext, proxy: ReadyProxy, endpoint: Endpoint, why: RegExp) {
  assert.deepEqual((await ask(t, endpoint)).bytes, alert(INTERNAL_ERROR))
  const line = await logged(proxy, 'refused')
  assert.equal(line['reason'], 'loop')
  assert.match(String(line['why']), why)
}

test('a name that leads to the address listened at is refused', async (t) => {
  const own = { address: randomLoopback(), port: 8443 }
  const config = { ...configTo(own), listen: [`${own.address}:${own.port}`] }
  const proxy = await startProxy(t, { config })
  await assertLoop(t, proxy, own, new RegExp(`${own.address}:8443 is this proxy`))
})

test('a name that leads to any address of this host is refused while all are listened at', async (t) => {
  const { port } = await closedPort('0.0.0.0')
  const config = { ...configTo({ address: '127.0.0.2', port }), listen: [`:${port}`] }
  const proxy = await startProxy(t, { config })
  await assertLoop(t, proxy, { address: '127.0.0.1', port }, new RegExp(`127\\.0\\.0\\.2:${port} is this proxy`))
  // An IPv4 client of a listener for both is told of as what it is.
  assert.equal((await logged(proxy, 'refused'))['client'], '127.0.0.1')
})

test('a name that leads to a configured own address is refused at every port', async (t) => {
  const own = randomLoopback()
  const proxy = await startProxy(t, { config: { ...configTo({ address: own, port: 1 }), ownAddresses: [own] } })
  await assertLoop(t, proxy, proxy.endpoint, new RegExp(`${own}:1 is this proxy`))
})

/** A proxy whose way to the registry leads to `target`, from its own socket at `own`. */
async function startTowards(t: TestContext, target: Endpoint, own: string): Promise<ReadyProxy> {
  const dns = await startDns(t, randomLoopback())
  dns.set(REGISTRY, [{ type: 'A', ttl: 60, data: target.address }])
  const route = { cidr: `${target.address}/32`, source: own, ports: { 443: target.port, 80: target.port } }
  return startProxy(t, { config: resolvedBy([dns], [], { routes: [route] }) })
}

/** One whose way leads back to itself by a port forward. */
async function startLooped(t: TestContext, own: string): Promise<ReadyProxy> {
  const proxied: { endpoint?: Endpoint } = {}
  // A DNAT rule keeps the source of what it redirects, as this does; so the proxy sees its own socket come in.
  const forward = await listenTcp(
    t,
    (socket) => {
      if (proxied.endpoint !== undefined) couple(socket, redirect(socket, proxied.endpoint))
    },
    randomLoopback(),
  )
  const proxy = await startTowards(t, forward, own)
  proxied.endpoint = proxy.endpoint
  return proxy
}

test('a connection that a port forward leads back here from our own socket is refused', async (t) => {
  const own = randomLoopback()
  const proxy = await startLooped(t, own)
  // The alert is for the looped connection, which carries it back to the client.
  await assertLoop(t, proxy, proxy.endpoint, /comes from this proxy itself/)
  const { client } = await logged(proxy, 'refused')
  assert.equal(client, own)
  assert.equal(proxy.log.filter(({ msg }) => msg === 'refused').length, 1)
})

test('a client that shares its end and its first bytes with a socket of ours is served', async (t) => {
  const own = randomLoopback()
  const upstream = await listenTcp(t, (socket) => void socket.write('served'), randomLoopback())
  const proxy = await startTowards(t, upstream, own)
  const first = await dial(t, proxy.endpoint)
  first.write(helloFor())
  assert.equal(String(await deadline(readAtLeast(first, 6), 'the first is served')), 'served')

  const [{ remotePort = 0 } = {}] = upstream.sockets
  const other = await dial(t, proxy.endpoint, own, remotePort)
  other.write(helloFor())
  assert.equal(String(await deadline(readAtLeast(other, 6), 'the other is served')), 'served')
})

test('so is a forwarded request that comes back', async (t) => {
  const proxy = await startLooped(t, randomLoopback())
  const client = await dial(t, proxy.endpoint)
  const heard = converse(client)
  client.write(requestFor(REGISTRY, { path: '/v2/' }))
  await heard.until(/comes from this proxy itself/, 'the refusal')
  assert.equal((await logged(proxy, 'refused'))['kind'], 'http')
})

/** A connection to `endpoint` that comes from where `socket` comes from. */
function redirect(socket: Socket, { address, port }: Endpoint): Socket {
  const { remoteAddress = '', remotePort = 0 } = socket
  return connect({ host: address, port, localAddress: remoteAddress, localPort: remotePort })
}

function couple(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy())
    from.pipe(to)
  }
}

test('another port of the address listened at is no loop', async (t) => {
  const upstream = await listenTcp(t, (socket) => void socket.end('other service'))
  const proxy = await startProxy(t, { config: configTo(upstream) })
  assert.equal(proxy.endpoint.address, upstream.address)
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), 'other service')
})
