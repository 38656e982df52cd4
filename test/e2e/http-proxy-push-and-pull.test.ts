import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { createClient, throughProxy } from '../region/client.ts'
import { createLayer } from '../region/layers.ts'
import { startRegion } from '../region/region.ts'
import { startProxy } from './proxy.ts'

for (const instance of ['registry', 'enterprise'] as const) {
  test(`docker with HTTP_PROXY and HTTPS_PROXY logs in, pushes and pulls at the ${instance} host of a region`, async (t) => {
    const region = await startRegion(t)
    const proxy = await startProxy(t, { config: region.proxyConfig() })
    const { names, ca, user } = region
    const client = createClient({ forward: true, connectTo: throughProxy(proxy.endpoint), ca: ca.pem }, user)
    const image = { host: names[instance], repository: 'team/app', tag: 'v1' }
    const layers = [createLayer(3_000_001, 'a'), createLayer(700, 'b')]
    await deadline(client.login(image.host), 'login')
    const digest = await deadline(client.push(image, layers), 'push')
    const pulled = await deadline(client.pull(image), 'pull')
    assert.equal(pulled.digest, digest)
    const origin = instance === 'registry' ? `http://${names.bucket}` : `https://${names.enterpriseBucket}`
    assert.deepEqual(
      pulled.layers,
      layers.map(({ digest, size }) => ({ digest, size, origin })),
    )
    // Every name reached its service as the client wrote it.
    assert.deepEqual(
      new Set(region.requests.map(({ host }) => host)),
      new Set([names[instance], names[instance === 'registry' ? 'auth' : 'enterpriseAuth'], new URL(origin).host]),
    )
    assert.ok(region.requests.every(({ scheme, serverName, host }) => scheme === 'http' || serverName === host))
  })
}
