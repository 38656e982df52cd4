import { Readable } from 'node:stream'
import { discard, exchange, expectStatus } from './exchange.ts'
import type { Asked, Reach } from './exchange.ts'
import { layerOf } from './layers.ts'
import type { Layer } from './layers.ts'

/** Where an image goes, what for a token, and who is told of the bytes that moved. */
export interface Transfer {
  readonly reach: Reach
  readonly host: string
  readonly repository: string
  readonly token: string
  readonly onBytes: (bytes: number) => void
}

/** One stream of unknown length as docker sends it, chunks of so many bytes (a multiple of 16), or one PUT with everything. */
export type UploadKind = 'stream' | 'monolithic' | { readonly chunk: number }

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/** Pushes the layers, a config and a manifest under `tag`; resolves with the manifest's digest. */
export async function push(
  transfer: Transfer,
  { tag, layers, upload }: { tag: string; layers: readonly Layer[]; upload: UploadKind },
): Promise<string> {
  const diffs = layers.map(({ digest }) => digest)
  const config = layerOf(
    Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: diffs } })),
  )
  await Promise.all([...layers, config].map((layer) => pushBlob(transfer, layer, upload)))
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.size, digest: config.digest },
      layers: layers.map(({ size, digest }) => ({
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size,
        digest,
      })),
    }),
  )
  const path = `/v2/${transfer.repository}/manifests/${tag}`
  const { digest } = await ask(transfer, path, [201], {
    method: 'PUT',
    headers: { 'content-type': MANIFEST, 'content-length': manifest.length },
    body: manifest,
  })
  if (digest !== layerOf(manifest).digest) throw new Error(`the registry took the manifest for ${digest}`)
  return digest
}

async function pushBlob(transfer: Transfer, layer: Layer, kind: UploadKind): Promise<void> {
  const there = await ask(transfer, `/v2/${transfer.repository}/blobs/${layer.digest}`, [200, 404], { method: 'HEAD' })
  if (there.status === 200) return transfer.onBytes(layer.size)
  const begun = await ask(transfer, `/v2/${transfer.repository}/blobs/uploads/`, [202], { method: 'POST' })
  let at = begun.location
  if (kind === 'stream') {
    at = (await ask(transfer, at, [202], { method: 'PATCH', body: counted(transfer, layer) })).location
  } else if (kind !== 'monolithic') {
    for (let start = 0; start < layer.size; start += kind.chunk) {
      const end = Math.min(start + kind.chunk, layer.size)
      const headers = { 'content-length': end - start, 'content-range': `${start}-${end - 1}` }
      at = (await ask(transfer, at, [202], { method: 'PATCH', headers, body: counted(transfer, layer, start, end) }))
        .location
    }
  }
  const url = new URL(at)
  url.searchParams.set('digest', layer.digest)
  const rest =
    kind === 'monolithic' ? { headers: { 'content-length': layer.size }, body: counted(transfer, layer) } : {}
  await ask(transfer, url.href, [201], { method: 'PUT', ...rest })
}

/** The bytes of a layer as a stream that reports them. */
function counted({ onBytes }: Transfer, layer: Layer, start = 0, end = layer.size): Readable {
  function* bytes() {
    for (const piece of layer.read(start, end)) {
      onBytes(piece.length)
      yield piece
    }
  }
  return Readable.from(bytes(), { objectMode: false })
}

/** One request with the token, its answer reduced to what a push needs; `path` may be a whole URL. */
async function ask({ reach, host, token }: Transfer, path: string, statuses: readonly number[], asked: Asked) {
  const url = new URL(path, `https://${host}`)
  const headers = { ...asked.headers, authorization: `Bearer ${token}` }
  const response = await exchange(reach, url, { ...asked, headers })
  await expectStatus(response, statuses, `${asked.method} ${url.href}`)
  await discard(response)
  const digest = response.headers['docker-content-digest']
  return {
    status: response.statusCode,
    location: response.headers.location ?? '',
    digest: typeof digest === 'string' ? digest : '',
  }
}
