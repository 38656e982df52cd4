import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDns } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import { listenTcp } from '../upstream.ts'
import { ask } from './ask.ts'
import { REGISTRY } from './carried.ts'
import { startProxy } from './proxy.ts'
import { reload } from './reload.ts'
import { resolvedBy } from './resolved.ts'
import { serve, SERVED } from './served.ts'

test('a reload while DNS is down does not throw away the answers that still serve', async (t) => {
  const dns = await startDns(t, randomLoopback())
  const upstream = await listenTcp(t, serve, randomLoopback())
  dns.set(REGISTRY, [{ type: 'A', ttl: 60, data: upstream.address }])
  const config = resolvedBy([dns], [upstream], { timeout: '100ms' })
  const proxy = await startProxy(t, { config })
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
  dns.behave('*', { kind: 'drop' })
  await reload(proxy, { ...config, timeouts: { idle: '5m' } })
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
})
