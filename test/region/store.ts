import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A blob at rest: the file that holds it and its size in bytes. */
export interface StoredBlob {
  readonly path: string
  readonly size: number
}

export interface StoredManifest {
  readonly mediaType: string
  readonly digest: string
  readonly bytes: Buffer
}

/** One upload under way; the digest grows with the bytes, so that nothing is read twice. */
export interface Upload {
  readonly id: string
  readonly size: number
  append(body: Readable): Promise<void>
  /** Turns the bytes into the blob `digest`; false, and the bytes are gone, if they are not what it names. */
  finish(digest: string): Promise<boolean>
  cancel(): Promise<void>
}

/** What one bucket holds: blobs (files under `directory`) and the manifests that name them. */
export interface Store {
  readonly blobs: ReadonlyMap<string, StoredBlob>
  /** Keyed `repository@digest` and `repository:tag`. */
  readonly manifests: Map<string, StoredManifest>
  readonly uploads: ReadonlyMap<string, Upload>
  beginUpload(): Upload
}

/** An empty store in a directory of its own. */
export async function createStore(directory: string): Promise<Store> {
  await mkdir(directory, { recursive: true })
  const blobs = new Map<string, StoredBlob>()
  const uploads = new Map<string, Upload>()
  return {
    blobs,
    uploads,
    manifests: new Map(),
    beginUpload: () => {
      const upload = createUpload(directory, { blobs, uploads })
      uploads.set(upload.id, upload)
      return upload
    },
  }
}

function createUpload(
  directory: string,
  { blobs, uploads }: { blobs: Map<string, StoredBlob>; uploads: Map<string, Upload> },
): Upload {
  const id = randomUUID()
  const file = join(directory, `upload-${id}`)
  const hash = createHash('sha256')
  let size = 0
  const cancel = async () => {
    uploads.delete(id)
    await rm(file, { force: true })
  }
  return {
    id,
    get size() {
      return size
    },
    append: (body) =>
      pipeline(
        body,
        async function* (source: AsyncIterable<Buffer>) {
          for await (const bytes of source) {
            hash.update(bytes)
            size += bytes.length
            yield bytes
          }
        },
        createWriteStream(file, { flags: 'a' }),
      ),
    finish: async (digest) => {
      if (digest !== `sha256:${hash.digest('hex')}`) {
        await cancel()
        return false
      }
      const path = join(directory, digest.replace(':', '-'))
      await rename(file, path)
      uploads.delete(id)
      blobs.set(digest, { path, size })
      return true
    },
    cancel,
  }
}
