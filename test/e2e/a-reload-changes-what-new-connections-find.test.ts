import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { endingOf } from '../ending.ts'
import { startDns } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import { listenTcp } from '../upstream.ts'
import { ask } from './ask.ts'
import { configTo, REGISTRY } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { headerV1 } from './proxy-headers.ts'
import { startProxy } from './proxy.ts'
import type { ReadyProxy } from './proxy.ts'
import { reload } from './reload.ts'
import { resolvedBy } from './resolved.ts'
import { serve, SERVED } from './served.ts'
import { dial } from './wire.ts'

const SHANGHAI = 'registry-vpc.cn-shanghai.aliyuncs.com'

/** An upstream that says who it is. */
function startNamed(t: TestContext, name: string, address?: string) {
  return listenTcp(t, (socket) => void socket.resume().end(name), address)
}

/** What a client that sends `bytes` from `from` is told. */
async function told(t: TestContext, proxy: ReadyProxy, bytes = helloFor(), from?: string): Promise<string> {
  return (await ask(t, proxy.endpoint, bytes, from)).bytes.toString('latin1')
}

async function startServing(t: TestContext, config: object = {}) {
  const upstream = await listenTcp(t, serve)
  const base = configTo(upstream)
  return { base, proxy: await startProxy(t, { config: { ...base, ...config } }) }
}

test('fixed addresses', async (t) => {
  const [one, two] = [await startNamed(t, 'one'), await startNamed(t, 'two')]
  const proxy = await startProxy(t, { config: configTo(one) })
  assert.equal(await told(t, proxy), 'one')
  const line = await reload(proxy, configTo(two))
  assert.deepEqual(pick(line, 'msg', 'changed', 'file'), { msg: 'reloaded', changed: ['hosts'], file: proxy.file })
  assert.equal(await told(t, proxy), 'two')
})

test('regions, and what is allowed', async (t) => {
  const { base, proxy } = await startServing(t)
  const hosts = { ...Object.entries(base).find(([key]) => key === 'hosts')?.[1] }
  const other = { ...base, hosts: { ...hosts, [SHANGHAI]: hosts[REGISTRY], 'r.example.com': hosts[REGISTRY] } }
  for (const name of [SHANGHAI, 'r.example.com']) assert.notEqual(await told(t, proxy, helloFor(name)), SERVED)
  const region = ['cn-beijing', 'cn-shanghai']
  const { changed } = await reload(proxy, { ...other, region, allow: { hosts: ['r.example.com'] } })
  assert.deepEqual(changed, ['region', 'hosts', 'allow.hosts'])
  for (const name of [SHANGHAI, 'r.example.com', REGISTRY]) assert.equal(await told(t, proxy, helloFor(name)), SERVED)
  await reload(proxy, { ...other, region: 'cn-shanghai' })
  for (const name of ['r.example.com', REGISTRY]) assert.notEqual(await told(t, proxy, helloFor(name)), SERVED)
  assert.equal(await told(t, proxy, helloFor(SHANGHAI)), SERVED)
})

test('clients that are served, and limits', async (t) => {
  const { base, proxy } = await startServing(t)
  const open = await dial(t, proxy.endpoint, '127.0.0.9')
  await reload(proxy, { ...base, allow: { clients: ['127.0.0.9/32'] } })
  assert.equal(await told(t, proxy), '')
  assert.equal((await logged(proxy, 'refused'))['reason'], 'client-not-allowed')
  assert.equal(await told(t, proxy, helloFor(), '127.0.0.9'), SERVED)

  // The connection that was open before is counted against the new limit.
  const skip = proxy.log.length
  await reload(proxy, { ...base, limits: { connections: 1 } })
  assert.equal(await told(t, proxy), '')
  assert.equal((await logged(proxy, 'refused', skip))['reason'], 'too-many-connections')
  open.write(helloFor())
  assert.equal((await deadline(endingOf(open), 'the one that was open')).bytes.toString(), SERVED)
})

test('timeouts', async (t) => {
  const { base, proxy } = await startServing(t)
  await reload(proxy, { ...base, timeouts: { peek: '100ms' } })
  const silent = await dial(t, proxy.endpoint)
  silent.write(helloFor().subarray(0, 5))
  await deadline(endingOf(silent), 'the silent one is cut', 5000)
  assert.equal((await logged(proxy, 'refused'))['reason'], 'peek-timeout')
})

test('DNS servers and the ranges that may be dialled', async (t) => {
  const upstreams = [
    await startNamed(t, 'one', randomLoopback()),
    await startNamed(t, 'two', randomLoopback()),
  ] as const
  const servers = [await startDns(t, randomLoopback()), await startDns(t, randomLoopback())] as const
  for (const i of [0, 1] as const) servers[i].set(REGISTRY, [{ type: 'A', ttl: 60, data: upstreams[i].address }])
  const proxy = await startProxy(t, { config: resolvedBy([servers[0]], [upstreams[0]]) })
  assert.equal(await told(t, proxy), 'one')
  // Another server's answers are not those of the first, however long those may be kept.
  const { changed } = await reload(proxy, resolvedBy([servers[1]], [upstreams[1]]))
  assert.deepEqual(changed, ['resolver.servers', 'resolver.routes'])
  assert.equal(await told(t, proxy), 'two')
})

test('whose PROXY header is believed, at the same listener', async (t) => {
  const { base, proxy } = await startServing(t, { listen: '127.0.0.1:0' })
  const listen = { address: '127.0.0.1:0', proxyProtocol: true, trusted: ['127.0.0.2/32'] }
  await reload(proxy, { ...base, listen })
  const bytes = Buffer.concat([headerV1('203.0.113.7'), helloFor()])
  assert.equal(await told(t, proxy, bytes, '127.0.0.2'), SERVED)
  assert.equal((await logged(proxy, 'connection'))['client'], '203.0.113.7')
  assert.equal(await told(t, proxy, bytes, '127.0.0.3'), '')
  await reload(proxy, { ...base, listen: { ...listen, trusted: ['127.0.0.3/32'] } })
  assert.equal(await told(t, proxy, bytes, '127.0.0.3'), SERVED)
  await reload(proxy, { ...base, listen: '127.0.0.1:0' })
  assert.equal(await told(t, proxy), SERVED)
})

test('the log level', async (t) => {
  const { base, proxy } = await startServing(t)
  await reload(proxy, { ...base, log: { level: 'error' } })
  await told(t, proxy)
  // An error is still told, and were it told that a connection has ended, that would be told before this.
  await reload(proxy, 'region: [')
  assert.deepEqual(
    proxy.log.filter(({ msg }) => msg === 'connection'),
    [],
  )
})

test('flags and variables stay in force over the file', async (t) => {
  const upstream = await listenTcp(t, serve)
  const proxy = await startProxy(t, {
    config: configTo(upstream),
    args: ['--peek-timeout', '7s'],
    env: { ACR_PROXY_CONNECT_TIMEOUT: '3s' },
  })
  const { changed } = await reload(proxy, {
    ...configTo(upstream),
    timeouts: { peek: '1s', connect: '1s', idle: '5m' },
  })
  assert.deepEqual(changed, ['timeouts.idle'])
})
