import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../region/client.ts'
import { createLayer } from '../region/layers.ts'
import { pushIndex } from '../region/push-index.ts'
import { startRegion } from '../region/region.ts'
import { diagnose } from './doctor.ts'
import { startProxy } from './proxy.ts'

const BIG = 3_000_001

for (const instance of ['registry', 'enterprise'] as const) {
  for (const how of ['on the host', 'through a proxy', 'through a proxy as an HTTP proxy'] as const) {
    test(`all of the ${instance} host is checked ${how}: every leg, and an image behind an index`, async (t) => {
      const region = await startRegion(t)
      const { names, ca, user } = region
      const config = region.proxyConfig({ allow: { instances: ['acme'] } })
      const reach = { connectTo: region.direct, ca: ca.pem }
      const image = { host: names[instance], repository: 'team/app', tag: 'v1' }
      const digest = await createClient(reach, user).push(image, [createLayer(BIG, 'a'), createLayer(7, 'b')])
      await pushIndex(reach, { ...image, tag: 'all' }, { user, digest, architecture: 'none' })

      const args = ['--image', `${image.host}/team/app:all`, '--chart', `${names.chart}/team/charts`]
      if (how !== 'on the host') {
        const { port } = await startProxy(t, { config })
        args.push('--via', how === 'through a proxy' ? `127.0.0.1:${port}` : `http://127.0.0.1:${port}`)
      }
      const { code, those, of } = await diagnose(t, region, { config, args, login: true })

      assert.deepEqual(those('failed', 'skipped'), [])
      assert.equal(code, 0)
      // Its addresses are in no range of OSS, and nobody resolves them but the proxy.
      assert.deepEqual(
        those('warning'),
        how === 'on the host' ? [`names ${names.oss}`, `names aliregistry-cn-beijing.${names.oss}`] : [],
      )
      assert.match(
        of('registry', `https://${image.host}/v2/`).seen,
        /^401, service registry\.aliyuncs\.com:cn-beijing:/,
      )
      assert.match(
        of('image', 'manifest team/app:all').seen,
        /^an index, sha256:.*: 2 manifests, of which linux\/none$/,
      )
      assert.match(of('image', 'manifest of linux/none').seen, /^a manifest, .*: 2 layers, 3000008 bytes$/)
      const bucket = instance === 'registry' ? `http://${names.bucket}` : `https://${names.enterpriseBucket}`
      assert.equal(of('image', 'where the first layer is').seen, `307 to ${bucket}/...`)
      assert.match(of('image', `bucket ${bucket}`).seen, instance === 'registry' ? /plain HTTP/ : /by TLS$/)
      assert.match(of('image', 'config').seen, /^200, \d+ bytes, as its digest says$/)
      assert.equal(of('image', 'first layer').seen, `200, the first 1048576 of ${BIG} bytes`)
      assert.equal(of('chart', 'index.yaml').seen, '200')
      // It asked what it says: every leg of the region, by POST too, and nothing over plain HTTP but OSS.
      const asked = new Set(region.requests.map(({ service, scheme, method }) => `${service} ${scheme} ${method}`))
      for (const request of ['auth https POST', 'auth https GET', 'oss http GET', 'oss https GET', 'chart https GET'])
        assert.ok(asked.has(request), request)
      assert.ok(region.requests.every(({ service, scheme }) => scheme === 'https' || service === 'oss'))
      // The password is for the authorization service and the charts, the token for the registry, and OSS gets neither.
      const shown = new Set(region.requests.map(({ service, credentials }) => `${service} ${credentials}`))
      for (const each of [
        `oss Bearer`,
        'oss Basic',
        'registry Basic',
        'enterprise Basic',
        'auth Bearer',
        'chart Bearer',
      ])
        assert.ok(!shown.has(each), each)
      assert.ok(shown.has('auth Basic') && shown.has(`${instance} Bearer`))
    })
  }
}
