import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Handler } from './serve.ts'
import { checkQuery, digestOfKey } from './signature.ts'
import type { Store, StoredBlob } from './store.ts'

export interface OssOptions {
  /** The bare endpoint; buckets are labels below it. */
  readonly endpoint: string
  readonly buckets: ReadonlyMap<string, Store>
  readonly secret: Buffer
  readonly now: () => number
}

/** The object storage of the region: refuses what is not signed, and streams what is, whole or by one range. */
export function ossHandler({ endpoint, buckets, secret, now }: OssOptions): Handler {
  return async (request, response) => {
    const host = hostOf(request)
    const refuse = (status: number, code: string, message: string) =>
      respondError(response, { status, code, message, host })
    if (host === endpoint) return refuse(403, 'AccessDenied', 'Anonymous access is forbidden for this operation.')
    const bucket = host.endsWith(`.${endpoint}`) ? host.slice(0, -endpoint.length - 1) : ''
    const store = buckets.get(bucket)
    if (store === undefined) return refuse(404, 'NoSuchBucket', 'The specified bucket does not exist.')
    const url = new URL(request.url ?? '/', `http://${host}`)
    const key = decodeURIComponent(url.pathname.slice(1))
    switch (checkQuery(secret, { bucket, key }, url.searchParams, now())) {
      case 'unsigned':
        return refuse(403, 'AccessDenied', 'You have no right to access this object because of bucket acl.')
      case 'forged':
        return refuse(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.')
      case 'expired':
        return refuse(403, 'AccessDenied', 'Request has expired.')
      case 'good':
        break
    }
    if (request.method !== 'GET') return refuse(403, 'SignatureDoesNotMatch', 'The signature is for GET.')
    const blob = store.blobs.get(digestOfKey(key) ?? '')
    if (blob === undefined) return refuse(404, 'NoSuchKey', 'The specified key does not exist.')
    await respondBlob(request, response, blob)
  }
}

/** The asked host, without a port and in lower case. */
function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
}

async function respondBlob(
  request: IncomingMessage,
  response: ServerResponse,
  { path, size }: StoredBlob,
): Promise<void> {
  const range = parseRange(request.headers.range, size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end()
    return
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  response.writeHead(range === undefined ? 200 : 206, {
    server: 'AliyunOSS',
    'content-type': 'application/octet-stream',
    'content-length': size === 0 ? 0 : end - start + 1,
    'accept-ranges': 'bytes',
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  })
  if (size === 0) response.end()
  else await pipeline(createReadStream(path, { start, end }), response)
}

/** One range of RFC 9110, section 14; a header of any other shape is ignored, as the RFC allows. */
function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start >= size) return 'unsatisfiable'
  return start > end ? undefined : { start, end }
}

function respondError(
  response: ServerResponse,
  { status, code, message, host }: { status: number; code: string; message: string; host: string },
): void {
  const id = randomBytes(12).toString('hex').toUpperCase()
  response.writeHead(status, { server: 'AliyunOSS', 'content-type': 'application/xml', 'x-oss-request-id': id })
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>
<Error>
  <Code>${code}</Code>
  <Message>${message}</Message>
  <RequestId>${id}</RequestId>
  <HostId>${host.replace(/[<>&]/g, '')}</HostId>
</Error>
`,
  )
}
