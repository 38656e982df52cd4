import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { startDns } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import type { Endpoint } from '../upstream.ts'
import { listenTcp } from '../upstream.ts'
import { ask } from './ask.ts'
import { REGISTRY } from './carried.ts'
import { alert, INTERNAL_ERROR } from './goodbyes.ts'
import { logged, pick } from './logged.ts'
import { closedPort } from './nobody.ts'
import { startProxy } from './proxy.ts'
import { resolvedBy } from './resolved.ts'
import { serve, SERVED } from './served.ts'

/** A proxy whose DNS server gives these addresses for the registry, in this order. */
async function startProxyTo(t: TestContext, targets: readonly Endpoint[]) {
  const dns = await startDns(t, randomLoopback())
  dns.set(
    REGISTRY,
    targets.map(({ address }) => ({ type: 'A', ttl: 60, data: address })),
  )
  return startProxy(t, { config: resolvedBy([dns], targets) })
}

test('a client is served by the live address when the first one is dead', async (t) => {
  const dead = await closedPort(randomLoopback())
  const live = await listenTcp(t, serve, randomLoopback())
  const proxy = await startProxyTo(t, [dead, live])
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
  const { upstream } = await logged(proxy, 'connection')
  assert.equal(upstream, `${live.address}:${live.port}`)
})

test('when all addresses are dead the client gets an alert and the log every attempt', async (t) => {
  const dead = [await closedPort(randomLoopback()), await closedPort(randomLoopback())] as const
  const proxy = await startProxyTo(t, dead)
  assert.deepEqual((await ask(t, proxy.endpoint)).bytes, alert(INTERNAL_ERROR))
  const line = await logged(proxy, 'refused')
  assert.deepEqual(pick(line, 'reason', 'host'), { reason: 'connect-failed', host: REGISTRY })
  const attempts = dead.map(({ address, port }) => `${address}:${port} ECONNREFUSED`).join(', ')
  assert.match(String(line['why']), new RegExp(`^${REGISTRY}: ${attempts} \\(after \\d+ ms\\)$`))
})
