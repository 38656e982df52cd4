import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import type { Endpoint } from '../upstream.ts'
import { adminOf, get, getJson, getUntil, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged } from './logged.ts'
import { closedPort } from './nobody.ts'
import { dial, readAtLeast } from './wire.ts'

const HELLO = helloFor()
const ANSWER = Buffer.alloc(100_000, 'a')

/** A connection by which the hello went up and the answer came down, and which stays open. */
async function startRelayed(t: TestContext) {
  const accepted = deferred<Socket>()
  const { proxy, upstream } = await startCarried(
    t,
    (socket) => {
      socket.resume().write(ANSWER)
      accepted.resolve(socket)
    },
    { config: WITH_ADMIN },
  )
  const client = await dial(t, proxy.endpoint)
  client.write(HELLO)
  await deadline(readAtLeast(client, ANSWER.length), 'the answer')
  return { proxy, upstream, client, admin: await adminOf(proxy), service: await accepted.promise }
}

async function metric(admin: Endpoint, series: string): Promise<number> {
  const { body } = await get(admin, '/metrics')
  const line = body.split('\n').find((line) => line.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length + 1))
}

test('metrics count bytes while they move, and connections when they end', async (t) => {
  const { proxy, client, admin, service } = await startRelayed(t)
  const down = 'acr_proxy_bytes_total{direction="down",role="registry"}'
  const completed = 'acr_proxy_connections_total{role="registry",outcome="completed"}'
  assert.match(String((await get(admin, '/metrics')).headers['content-type']), /^text\/plain; version=0\.0\.4/)
  assert.equal(await metric(admin, 'acr_proxy_connections_open'), 1)
  assert.equal(await metric(admin, down), ANSWER.length)
  assert.equal(await metric(admin, completed), 0)

  const rest = deadline(readAtLeast(client, 7), 'the rest')
  service.end('and end')
  await rest
  client.end()
  await logged(proxy, 'connection')
  assert.equal(await metric(admin, down), ANSWER.length + 7)
  assert.equal(await metric(admin, completed), 1)
  assert.equal(await metric(admin, 'acr_proxy_connections_open'), 0)
})

test('status shows open connections, totals by role and host, and the address that was dialled', async (t) => {
  const { proxy, upstream, client, admin } = await startRelayed(t)
  const address = `${upstream.address}:${upstream.port}`
  const moved = { bytesUp: HELLO.length, bytesDown: ANSWER.length }
  const open = await getJson(admin, '/status')
  assert.deepEqual(
    [open['version'], open['draining'], open['open'], open['listeners'], open['dns']],
    [
      '0.1.0',
      false,
      1,
      [{ name: proxy.listeners[0], proxyProtocol: false }],
      { names: 0, hits: 0, misses: 0, stale: 0 },
    ],
  )
  assert.ok(Array.isArray(open['connections']))
  const [{ ageMs, ...connection }] = open['connections']
  assert.ok(ageMs >= 0)
  assert.deepEqual(connection, {
    conn: '1',
    client: '127.0.0.1',
    listener: proxy.listeners[0],
    state: 'relaying',
    kind: 'tls',
    host: REGISTRY,
    role: 'registry',
    upstream: address,
    ...moved,
  })
  assert.deepEqual(open['hosts'], [{ host: REGISTRY, role: 'registry', ended: 0, refused: 0, ...moved }])

  client.resetAndDestroy()
  await logged(proxy, 'connection')
  const ended = await getJson(admin, '/status')
  assert.deepEqual([ended['open'], ended['connections']], [0, []])
  assert.deepEqual(ended['roles'], [{ role: 'registry', ended: 1, refused: 0, ...moved }])
  assert.ok(Array.isArray(ended['upstreams']))
  const [{ lastMs, meanMs, ...health }] = ended['upstreams']
  assert.ok(lastMs > 0 && meanMs === lastMs)
  assert.deepEqual(health, { address, host: REGISTRY, connects: 1, failures: 0, failing: false })
})

test('status shows refusals by reason with who wanted what, and addresses that fail', async (t) => {
  const nobody = await closedPort()
  const hosts = { [REGISTRY]: `127.0.0.1:${nobody.port}` }
  const { proxy } = await startCarried(t, () => {}, { config: { ...WITH_ADMIN, hosts } })
  const admin = await adminOf(proxy)
  const elsewhere = 'registry-vpc.cn-shanghai.aliyuncs.com'
  for (const host of [REGISTRY, elsewhere, elsewhere]) await ask(t, proxy.endpoint, helloFor(host))
  await getUntil(admin, '/metrics', ({ body }) =>
    body.includes('acr_proxy_refusals_total{reason="name-not-allowed"} 2'),
  )

  const { refusals, upstreams, hosts: totals } = await getJson(admin, '/status')
  assert.ok(Array.isArray(refusals) && Array.isArray(upstreams))
  assert.deepEqual(
    refusals.map(({ reason, count, latest }) => [reason, count, latest.length]),
    [
      ['name-not-allowed', 2, 2],
      ['connect-failed', 1, 1],
    ],
  )
  const [{ at, client, host, why }] = refusals[0].latest
  assert.ok(Math.abs(Date.now() - at) < 60_000)
  assert.deepEqual([client, host], ['127.0.0.1', elsewhere])
  assert.match(why, /to admit it, add cn-shanghai to "region"/)
  assert.deepEqual(
    upstreams.map(({ address, connects, failures, lastError, failing }) => [
      address,
      connects,
      failures,
      lastError,
      failing,
    ]),
    [[`127.0.0.1:${nobody.port}`, 0, 1, 'ECONNREFUSED', true]],
  )
  // A name that nobody admitted gets no totals of its own: strangers could make up any number of them.
  assert.deepEqual(totals, [{ host: REGISTRY, role: 'registry', ended: 1, refused: 1, bytesUp: 0, bytesDown: 0 }])
})
