import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { startRegion } from '../region/region.ts'
import { adminOf, get, getJson, getUntil, WITH_ADMIN } from './admin.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged } from './logged.ts'
import { startProxy } from './proxy.ts'
import { dial } from './wire.ts'

test('a proxy is ready as long as a name of each role resolves, and not when DNS is dead', async (t) => {
  const region = await startRegion(t)
  const config = region.proxyConfig({
    ...WITH_ADMIN,
    resolver: { minTtl: 0, maxTtl: '10ms', failureTtl: 0, staleFor: 0, timeout: '300ms' },
  })
  const admin = await adminOf(await startProxy(t, { config }))
  assert.equal((await get(admin, '/readyz')).status, 200)
  const { ready, missing, checks } = await getJson(admin, '/readyz')
  assert.deepEqual([ready, missing], [true, []])
  assert.deepEqual(Array.isArray(checks) && checks.map(({ region, role, host, ok }) => [region, role, host, ok]), [
    ['cn-beijing', 'registry', region.names.registry, true],
    ['cn-beijing', 'auth', region.names.auth, true],
    ['cn-beijing', 'oss', region.names.oss, true],
  ])

  for (const name of [region.names.auth, region.names.enterpriseAuth]) region.dns.remove(name)
  const partly = await getUntil(admin, '/readyz', ({ status }) => status === 503)
  assert.match(
    partly.body,
    /^\{"ready":false,"missing":\["auth of cn-beijing: dockerauth-vpc\.cn-beijing\.aliyuncs\.com: the name does not exist"\]/,
  )
  region.dns.behave('*', { kind: 'drop' })
  const { body } = await getUntil(admin, '/readyz', (told) => told.body.includes('oss of cn-beijing'))
  assert.match(body, /did not answer/)
  assert.equal((await get(admin, '/healthz')).status, 200)
})

test('an expired answer that still serves keeps the proxy ready, and is told', async (t) => {
  const region = await startRegion(t)
  const config = region.proxyConfig({ ...WITH_ADMIN, resolver: { minTtl: 0, maxTtl: '10ms', failureTtl: '1m' } })
  const admin = await adminOf(await startProxy(t, { config }))
  assert.equal((await get(admin, '/readyz')).status, 200)
  region.dns.behave('*', { kind: 'servfail' })
  const { status } = await getUntil(admin, '/readyz', ({ body }) => body.includes('"stale":true'))
  assert.equal(status, 200)
})

test('a proxy that drains is not ready, while a transfer goes on', async (t) => {
  const accepted = deferred<void>()
  const { proxy } = await startCarried(t, (socket) => accepted.resolve(void socket.resume()), { config: WITH_ADMIN })
  const admin = await adminOf(proxy)
  const client = await dial(t, proxy.endpoint)
  client.write(helloFor())
  await deadline(accepted.promise, 'the transfer begins')
  proxy.signal('SIGTERM')
  await logged(proxy, 'stopping: no new connection is taken')
  const { status, body } = await get(admin, '/readyz')
  assert.deepEqual([status, JSON.parse(body).missing], [503, ['the proxy is stopping and takes no new connection']])
  const { draining, open, connections } = await getJson(admin, '/status')
  assert.deepEqual([draining, open], [true, 1])
  assert.equal(Array.isArray(connections) && connections[0].host, REGISTRY)
  client.resetAndDestroy()
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 0, signal: null })
})
