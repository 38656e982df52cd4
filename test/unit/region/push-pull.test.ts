import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { deadline } from '../../deadline.ts'
import { createClient } from '../../region/client.ts'
import { createLayer, layerOf } from '../../region/layers.ts'
import type { UploadKind } from '../../region/push.ts'
import { startRegion } from '../../region/region.ts'

const UPLOADS: readonly (readonly [string, UploadKind])[] = [
  ['a stream of unknown length', 'stream'],
  ['one PUT', 'monolithic'],
  ['chunks', { chunk: 64 * 1024 }],
]

test('a user logs in, pushes by every kind of upload, and pulls the same bytes from the bucket', async (t) => {
  const region = await startRegion(t)
  const { names, user, ca } = region
  const client = createClient({ connectTo: region.direct, ca: ca.pem }, user)
  await deadline(client.login(names.registry), 'login')
  for (const [label, upload] of UPLOADS) {
    await t.test(label, async () => {
      const layers = [createLayer(300_001, label), createLayer(1, `${label} tiny`), layerOf(Buffer.alloc(0))]
      const image = { host: names.registry, repository: 'ns/app', tag: 'v1' }
      let sent = 0
      const digest = await deadline(client.push(image, layers, { upload, onBytes: (bytes) => (sent += bytes) }), 'push')
      assert.ok(sent > 300_002)
      const pulled = await deadline(client.pull(image), 'pull')
      assert.equal(pulled.digest, digest)
      assert.deepEqual(
        pulled.layers,
        layers.map((layer) => ({ digest: layer.digest, size: layer.size, origin: `http://${names.bucket}` })),
      )
      const byDigest = await deadline(client.pull({ ...image, tag: digest }), 'pull by digest')
      assert.deepEqual(byDigest, pulled)
    })
  }
})

test('an Enterprise instance has an auth host of its own and redirects to its bucket over https', async (t) => {
  const region = await startRegion(t)
  const { names, user, ca, requests } = region
  const client = createClient({ connectTo: region.direct, ca: ca.pem }, user)
  const image = { host: names.enterprise, repository: 'team/app', tag: 'v1' }
  await deadline(client.push(image, [createLayer(1000, 'ee')]), 'push')
  const { layers } = await deadline(client.pull(image), 'pull')
  assert.deepEqual(
    layers.map(({ origin }) => origin),
    [`https://${names.enterpriseBucket}`],
  )
  assert.ok(requests.some(({ service, host }) => service === 'auth' && host === names.enterpriseAuth))
  assert.ok(!requests.some(({ host }) => host === names.auth))
  assert.ok(requests.every(({ scheme, serverName, host }) => scheme === 'https' && serverName === host))
})

test('an upload that is not what its digest says is refused and leaves no blob', async (t) => {
  const region = await startRegion(t)
  const { names, user, ca } = region
  const client = createClient({ connectTo: region.direct, ca: ca.pem }, user)
  const layer = { ...createLayer(1000, 'a'), digest: createLayer(1000, 'b').digest }
  const image = { host: names.registry, repository: 'ns/app', tag: 'v1' }
  await assert.rejects(deadline(client.push(image, [layer]), 'push'), /400, not 201: .*DIGEST_INVALID/)
  await assert.rejects(deadline(client.pull(image), 'pull'), /404, not 200: .*MANIFEST_UNKNOWN/)
})

test('a pull notices a layer that is not what the manifest says', async (t) => {
  const region = await startRegion(t)
  const { names, user, ca, directory } = region
  const client = createClient({ connectTo: region.direct, ca: ca.pem }, user)
  const image = { host: names.registry, repository: 'ns/app', tag: 'v1' }
  const layer = createLayer(1000, 'a')
  await deadline(client.push(image, [layer]), 'push')
  const file = join(directory, 'aliregistry-cn-beijing', layer.digest.replace(':', '-'))
  const other = Buffer.concat([...createLayer(1000, 'b').read()])
  await writeFile(file, other)
  await assert.rejects(deadline(client.pull(image), 'pull'), /1000 bytes of sha256:[0-9a-f]{64}, not 1000 of sha256:/)
  await writeFile(file, other.subarray(0, 10))
  await assert.rejects(deadline(client.pull(image), 'pull of a cut layer'))
})

test('anybody may pull what is public and nothing else, and a wrong password gets no token', async (t) => {
  const region = await startRegion(t)
  const { names, user, ca } = region
  const reach = { connectTo: region.direct, ca: ca.pem }
  const owner = createClient(reach, user)
  const open = { host: names.registry, repository: 'public/app', tag: 'v1' }
  const closed = { host: names.registry, repository: 'ns/app', tag: 'v1' }
  for (const image of [open, closed]) await deadline(owner.push(image, [createLayer(10, 'x')]), 'push')

  const anybody = createClient(reach)
  assert.equal((await deadline(anybody.pull(open), 'pull')).layers.length, 1)
  await assert.rejects(deadline(anybody.pull(closed), 'pull'), /401, not 200: .*UNAUTHORIZED/)
  await assert.rejects(deadline(anybody.push(open, [createLayer(11, 'x')]), 'push'), /401/)
  const stranger = createClient(reach, { ...user, password: 'wrong' })
  await assert.rejects(deadline(stranger.login(names.registry), 'login'), /401, not 200/)
})
