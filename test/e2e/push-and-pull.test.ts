import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { createClient, throughProxy } from '../region/client.ts'
import { createLayer } from '../region/layers.ts'
import { startRegion } from '../region/region.ts'
import { startProxy } from './proxy.ts'

for (const instance of ['registry', 'enterprise'] as const) {
  test(`docker with the names pointed at the proxy logs in, pushes and pulls at the ${instance} host of a region`, async (t) => {
    const region = await startRegion(t)
    const config = region.proxyConfig({ listen: ['127.0.0.1:0', '127.0.0.1:0'] })
    const { endpoints, waitFor } = await startProxy(t, { config })
    const [tls, plain] = endpoints
    assert.ok(tls && plain)
    const { names, ca, user } = region
    const client = createClient({ connectTo: throughProxy(tls, plain), ca: ca.pem }, user)
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
    const carriedBlobs = instance === 'registry' ? plain : tls
    await waitFor(
      ({ msg, host, listener }) =>
        msg === 'connection' &&
        host === new URL(origin).host &&
        listener === `${carriedBlobs.address}:${carriedBlobs.port}`,
      'the blobs came by the listener of their scheme',
    )
    // Every name reached its service as the client wrote it.
    assert.deepEqual(
      new Set(region.requests.map(({ host }) => host)),
      new Set([names[instance], names[instance === 'registry' ? 'auth' : 'enterpriseAuth'], new URL(origin).host]),
    )
    assert.ok(region.requests.every(({ scheme, serverName, host }) => scheme === 'http' || serverName === host))
  })
}
