import { respondError } from './registry-request.ts'
import type { RegistryRequest } from './registry-request.ts'

/** HEAD says what a blob is, GET sends the client to the bucket for it. */
export function respondBlob({ request, response, store, reference, locate }: RegistryRequest): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return respondError(response, 405, 'UNSUPPORTED', 'blobs are written by an upload')
  }
  const blob = store.blobs.get(reference)
  if (blob === undefined) return respondError(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry')
  response.setHeader('docker-content-digest', reference)
  if (request.method === 'HEAD') {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': blob.size }).end()
    return
  }
  response.writeHead(307, { location: locate(reference), 'content-length': 0 }).end()
}
