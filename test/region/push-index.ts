import { challengeOf, tokenFor } from './challenge.ts'
import type { Credentials, ImageName } from './client.ts'
import { discard, exchange, expectStatus } from './exchange.ts'
import type { Reach } from './exchange.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'

/** Puts an index over one manifest, as the one for `architecture`, and one for a platform that nobody has. */
export async function pushIndex(
  reach: Reach,
  { host, repository, tag }: ImageName,
  { user, digest, architecture }: { user: Credentials; digest: string; architecture: string },
): Promise<void> {
  const scopes = [`repository:${repository}:pull,push`]
  const token = await tokenFor(reach, await challengeOf(reach, host), { user, scopes })
  const descriptor = { mediaType: 'application/vnd.docker.distribution.manifest.v2+json', size: 1 }
  const manifests = [
    { ...descriptor, digest: `sha256:${'0'.repeat(64)}`, platform: { os: 'plan9', architecture: 'mips' } },
    { ...descriptor, digest, platform: { os: 'linux', architecture } },
  ]
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }))
  const url = new URL(`https://${host}/v2/${repository}/manifests/${tag}`)
  const headers = { authorization: `Bearer ${token}`, 'content-type': INDEX, 'content-length': body.length }
  const response = await exchange(reach, url, { method: 'PUT', headers, body })
  await expectStatus(response, [201], `PUT ${url.href}`)
  await discard(response)
}
