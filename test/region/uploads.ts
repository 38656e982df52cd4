import { respondError } from './registry-request.ts'
import type { RegistryRequest } from './registry-request.ts'
import type { Upload } from './store.ts'

/** An upload: begun by POST, fed by PATCH, ended by PUT with the digest; POST with the digest is all three at once. */
export async function respondUpload(asked: RegistryRequest): Promise<void> {
  const { request, response, store, reference, url } = asked
  if (request.method === 'POST' && reference === '') {
    const digest = url.searchParams.get('digest')
    const upload = store.beginUpload()
    return digest === null ? accepted(asked, upload, 202) : finish(asked, upload, digest)
  }
  const upload = store.uploads.get(reference)
  if (upload === undefined) return respondError(response, 404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
  switch (request.method ?? '') {
    case 'GET':
      return accepted(asked, upload, 204)
    case 'PATCH':
      return append(asked, upload)
    case 'PUT':
      return finish(asked, upload, url.searchParams.get('digest') ?? '')
    case 'DELETE':
      await upload.cancel()
      return void response.writeHead(204).end()
    default:
      return respondError(response, 405, 'UNSUPPORTED', 'the operation is unsupported')
  }
}

async function append(asked: RegistryRequest, upload: Upload): Promise<void> {
  const start = /^(?:bytes )?(\d+)-\d+$/.exec(asked.request.headers['content-range'] ?? '')?.[1]
  if (start !== undefined && Number(start) !== upload.size) {
    return respondError(asked.response, 416, 'RANGE_INVALID', 'chunks must come in order')
  }
  await upload.append(asked.request)
  accepted(asked, upload, 202)
}

async function finish(asked: RegistryRequest, upload: Upload, digest: string): Promise<void> {
  const { request, response, repository, url } = asked
  await upload.append(request)
  if (!(await upload.finish(digest))) {
    return respondError(response, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  }
  const location = new URL(`/v2/${repository}/blobs/${digest}`, url).href
  response.writeHead(201, { location, 'docker-content-digest': digest, 'content-length': 0 }).end()
}

/** Says how far an upload is, and where its next bytes go: an absolute URL at the host that was asked. */
function accepted({ response, repository, url }: RegistryRequest, upload: Upload, status: 202 | 204): void {
  const location = new URL(`/v2/${repository}/blobs/uploads/${upload.id}`, url).href
  response.writeHead(status, {
    location,
    range: `0-${Math.max(0, upload.size - 1)}`,
    'docker-upload-uuid': upload.id,
    ...(status === 202 ? { 'content-length': 0 } : {}),
  })
  response.end()
}
