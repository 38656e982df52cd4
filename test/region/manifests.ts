import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { respondError } from './registry-request.ts'
import type { RegistryRequest } from './registry-request.ts'

/** The part of an image manifest that names blobs; an index names none. */
const Manifest = z.object({
  config: z.object({ digest: z.string() }).optional(),
  layers: z.array(z.object({ digest: z.string() })).default([]),
})

/** HEAD, GET and PUT of a manifest, by tag or by digest. */
export async function respondManifest(asked: RegistryRequest): Promise<void> {
  const { request, response, store, repository, reference } = asked
  if (request.method === 'PUT') return putManifest(asked)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return respondError(response, 405, 'UNSUPPORTED', 'the miniature deletes nothing')
  }
  const manifest = store.manifests.get(keyOf(repository, reference))
  if (manifest === undefined) return respondError(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown')
  response.writeHead(200, {
    'content-type': manifest.mediaType,
    'content-length': manifest.bytes.length,
    'docker-content-digest': manifest.digest,
  })
  response.end(request.method === 'HEAD' ? undefined : manifest.bytes)
}

async function putManifest({ request, response, store, repository, reference, url }: RegistryRequest): Promise<void> {
  const bytes = await buffer(request)
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  if (isDigest(reference) && reference !== digest) {
    return respondError(response, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  }
  const blobs = namedBlobs(bytes)
  if (blobs === undefined) return respondError(response, 400, 'MANIFEST_INVALID', 'manifest invalid')
  if (!blobs.every((blob) => store.blobs.has(blob))) {
    return respondError(response, 404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry')
  }
  const mediaType = request.headers['content-type'] ?? 'application/vnd.docker.distribution.manifest.v2+json'
  const manifest = { mediaType, digest, bytes }
  store.manifests.set(keyOf(repository, digest), manifest)
  store.manifests.set(keyOf(repository, reference), manifest)
  const location = new URL(`/v2/${repository}/manifests/${digest}`, url).href
  response.writeHead(201, { location, 'docker-content-digest': digest, 'content-length': 0 }).end()
}

/** The digests of the config and the layers; undefined for what is no manifest. */
function namedBlobs(bytes: Buffer): readonly string[] | undefined {
  try {
    const { config, layers } = Manifest.parse(JSON.parse(bytes.toString()))
    return [config, ...layers].flatMap((blob) => (blob === undefined ? [] : [blob.digest]))
  } catch {
    return undefined
  }
}

function isDigest(reference: string): boolean {
  return reference.startsWith('sha256:')
}

function keyOf(repository: string, reference: string): string {
  return `${repository}${isDigest(reference) ? '@' : ':'}${reference}`
}
