import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a redirect to a bucket is good for, in seconds. */
const VALID_FOR = 1200

/** What ACR puts on its redirects, in bits per second. The miniature passes it on and does not enforce it. */
const TRAFFIC_LIMIT = '41943040'

export interface ObjectName {
  readonly bucket: string
  readonly key: string
}

/** The object that holds a blob of a registry. */
export function blobKey(digest: string): string {
  const hex = digest.slice('sha256:'.length)
  return `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`
}

/** The digest `blobKey` was made from. */
export function digestOfKey(key: string): string | undefined {
  const hex = /^docker\/registry\/v2\/blobs\/sha256\/[0-9a-f]{2}\/([0-9a-f]{64})\/data$/.exec(key)?.[1]
  return hex === undefined ? undefined : `sha256:${hex}`
}

/** The query of a signed GET of one object; `now` in milliseconds. */
export function signQuery(secret: Buffer, object: ObjectName, now: number): URLSearchParams {
  const expires = String(Math.floor(now / 1000) + VALID_FOR)
  return new URLSearchParams({
    Expires: expires,
    OSSAccessKeyId: 'miniature',
    Signature: signature(secret, object, expires, TRAFFIC_LIMIT),
    'x-oss-traffic-limit': TRAFFIC_LIMIT,
  })
}

/** Whether a query is one that `signQuery` made for this object and is still good at `now` (milliseconds). */
export function checkQuery(
  secret: Buffer,
  object: ObjectName,
  query: URLSearchParams,
  now: number,
): 'good' | 'unsigned' | 'forged' | 'expired' {
  const given = query.get('Signature')
  const expires = query.get('Expires')
  if (given === null || expires === null) return 'unsigned'
  const due = Buffer.from(signature(secret, object, expires, query.get('x-oss-traffic-limit') ?? ''))
  const got = Buffer.from(given)
  if (due.length !== got.length || !timingSafeEqual(due, got)) return 'forged'
  return Number(expires) * 1000 < now ? 'expired' : 'good'
}

function signature(secret: Buffer, { bucket, key }: ObjectName, expires: string, limit: string): string {
  return createHmac('sha1', secret)
    .update(`GET\n\n\n${expires}\n/${bucket}/${key}?x-oss-traffic-limit=${limit}`)
    .digest('base64')
}
