import { createHash } from 'node:crypto'
import { blobKey } from '../region/signature.ts'

/** How long a redirect to a bucket is good for, in seconds. */
const VALID_FOR = 1200

/** What ACR puts on its redirects, in bits per second; nginx holds transfers to it. */
const TRAFFIC_LIMIT = '41943040'

/** What nginx takes the MD5 sum of to check a signature, in its own variables (ngx_http_secure_link_module). */
export function signedText(secret: string): string {
  return `$secure_link_expires $host$uri ${secret}`
}

/** The signed URL of a blob in the bucket at `host`; `now` in milliseconds. */
export function signedUrl(
  { scheme, host, secret }: { scheme: 'http' | 'https'; host: string; secret: string },
  { digest, limited, now }: { digest: string; limited: boolean; now: number },
): string {
  const expires = String(Math.floor(now / 1000) + VALID_FOR)
  const path = `/${blobKey(digest)}`
  const text = signedText(secret).replace('$secure_link_expires', expires).replace('$host', host).replace('$uri', path)
  const query = new URLSearchParams({
    Expires: expires,
    OSSAccessKeyId: 'lab',
    Signature: createHash('md5').update(text).digest('base64url'),
    ...(limited ? { 'x-oss-traffic-limit': TRAFFIC_LIMIT } : {}),
  })
  return `${scheme}://${host}${path}?${query.toString()}`
}
