import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { startDns } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import { listenTcp } from '../upstream.ts'
import type { Endpoint } from '../upstream.ts'
import { ask } from './ask.ts'
import { REGISTRY } from './carried.ts'
import { alert, INTERNAL_ERROR } from './goodbyes.ts'
import { logged } from './logged.ts'
import { closedPort } from './nobody.ts'
import { startProxy } from './proxy.ts'
import { resolvedBy } from './resolved.ts'
import { serve, SERVED } from './served.ts'

async function silentDns(t: TestContext): Promise<Endpoint> {
  const dns = await startDns(t, randomLoopback())
  dns.behave('*', { kind: 'drop' })
  return dns
}

for (const [manner, deadDns] of [
  ['silent', silentDns],
  ['closed', () => closedPort(randomLoopback())],
] as const) {
  test(`a first DNS server that is ${manner} costs less than a second, and later connections nothing`, async (t) => {
    const [dead, dns] = [await deadDns(t), await startDns(t, randomLoopback())]
    const upstream = await listenTcp(t, serve, randomLoopback())
    dns.set(REGISTRY, [{ type: 'A', ttl: 60, data: upstream.address }])
    const proxy = await startProxy(t, { config: resolvedBy([dead, dns], [upstream]) })
    const first = await ask(t, proxy.endpoint)
    assert.equal(first.bytes.toString(), SERVED)
    assert.ok(first.ms < 1000, `${first.ms} ms`)
    assert.ok((await ask(t, proxy.endpoint)).ms < 250)
  })
}

test('when no DNS server answers the refusal names each of them', async (t) => {
  const [silent, closed] = [await silentDns(t), await closedPort(randomLoopback())]
  const proxy = await startProxy(t, { config: resolvedBy([silent, closed], [closed], { timeout: '300ms' }) })
  assert.deepEqual((await ask(t, proxy.endpoint)).bytes, alert(INTERNAL_ERROR))
  const { reason, why } = await logged(proxy, 'refused')
  assert.equal(reason, 'resolve-failed')
  assert.match(String(why), new RegExp(`^${REGISTRY}: `))
  assert.match(String(why), new RegExp(`${silent.address}:${silent.port} did not answer`))
  assert.match(String(why), new RegExp(`${closed.address}:${closed.port} ECONNREFUSED`))
})
