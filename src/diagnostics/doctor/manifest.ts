import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ask } from './ask.ts'
import { failed, type Found, ok } from './check.ts'
import type { Way } from './way.ts'

/** A blob that a manifest names. */
export interface Blob {
  readonly digest: string
  readonly size: number
}

/** What a pull fetches. */
export interface Manifest {
  readonly config: Blob
  readonly layers: readonly Blob[]
}

/** A repository, and what it is asked with. */
export interface Repository {
  readonly host: string
  readonly name: string
  readonly token: string
}

const MAX_MANIFEST = 4 * 1024 * 1024
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const Descriptor = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.number().int().min(0) })
const Image = z.object({ config: Descriptor, layers: z.array(Descriptor) })
const Index = z.object({
  manifests: z.array(
    Descriptor.extend({ platform: z.object({ os: z.string(), architecture: z.string() }).optional() }),
  ),
})

/** Where an index leads, or the manifest itself. */
export type Step = { readonly manifest: Manifest } | { readonly next: string; readonly platform: string }

/** Fetches a manifest, or an index, by tag or digest, and checks that it is what its digest says. */
export async function fetchManifest(
  way: Way,
  { host, name, token }: Repository,
  reference: string,
  signal: AbortSignal,
): Promise<Found<Step>> {
  const url = new URL(`https://${host}/v2/${name}/manifests/${reference}`)
  const headers = { accept: ACCEPT, authorization: `Bearer ${token}` }
  const { status, body, whole, headers: answered } = await ask(way, url, { headers, maxBody: MAX_MANIFEST }, signal)
  if (status === 404) return failed('404: there is no such image', 'check the namespace, the name and the tag')
  if (status === 401 || status === 403)
    return failed(`${status}: it may not be pulled`, 'the registry does not take the token for this repository')
  if (status !== 200 || !whole) return failed(`answers ${status}${whole ? '' : ' with more than 4 MB'}`, undefined)
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`
  const claimed = reference.startsWith('sha256:') ? reference : (answered['docker-content-digest'] ?? digest)
  if (claimed !== digest)
    return failed(`its bytes are ${digest}, and not ${String(claimed)}`, 'something on the way has changed it')
  return read(body, `${sayType(answered['content-type'])}, ${digest.slice(0, 19)}...`)
}

function read(body: Buffer, seen: string): Found<Step> {
  const json = parse(body)
  const index = Index.safeParse(json)
  if (index.success) {
    const { manifests } = index.data
    const fits = (os: string, architecture?: string): (typeof manifests)[number] | undefined =>
      manifests.find(({ platform }) => platform?.os === os && (platform.architecture === architecture || !architecture))
    const chosen = fits('linux', HERE[process.arch] ?? process.arch) ?? fits('linux') ?? manifests[0]
    if (chosen === undefined) return failed(`${seen}: an index without manifests`, 'push the image anew')
    const platform =
      chosen.platform === undefined ? 'the first' : `${chosen.platform.os}/${chosen.platform.architecture}`
    return ok(`${seen}: ${manifests.length} manifests, of which ${platform}`, { next: chosen.digest, platform })
  }
  const image = Image.safeParse(json)
  if (!image.success) return failed(`${seen}: neither a manifest nor an index`, 'images of docker or OCI can be walked')
  const { config, layers } = image.data
  return ok(`${seen}: ${layers.length} layers, ${layers.reduce((sum, { size }) => sum + size, 0)} bytes`, {
    manifest: { config, layers },
  })
}

/** What an index calls the processors that Node knows. */
const HERE: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function sayType(type: string | undefined): string {
  return /index|list/.test(type ?? '') ? 'an index' : 'a manifest'
}
