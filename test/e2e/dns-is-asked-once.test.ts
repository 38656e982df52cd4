import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { createClient, throughProxy } from '../region/client.ts'
import { startRegion } from '../region/region.ts'
import { startProxy } from './proxy.ts'

test('a name is asked of the DNS server once for many connections', async (t) => {
  const region = await startRegion(t)
  const proxy = await startProxy(t, { config: region.proxyConfig() })
  const client = createClient({ connectTo: throughProxy(proxy.endpoint), ca: region.ca.pem }, region.user)
  for (let round = 0; round < 3; round++) await deadline(client.login(region.names.registry), 'login')
  assert.equal(region.dns.queries(region.names.registry, 'A'), 1)
  assert.equal(region.dns.queries(region.names.auth, 'A'), 1)
})
