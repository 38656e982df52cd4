import { createHash } from 'node:crypto'
import type { Loaded } from '../../config/load.ts'
import { normaliseHost } from '../../proxy/route/hostname.ts'
import type { Path } from '../path.ts'
import { type Answer, ask, portOf } from './ask.ts'
import { failed, type Finding, type Found, ok } from './check.ts'
import type { Blob, Repository } from './manifest.ts'
import { notAdmitted } from './registry.ts'
import type { Way } from './way.ts'

/** So much of a blob is fetched (bytes): a layer may be gigabytes, and its beginning proves the way. */
const MAX_BLOB = 1024 * 1024

/** What the registry says of a blob: where it is, or itself. */
export type Located = { readonly at: URL } | { readonly answer: Answer }

/** Asks the registry for a blob, which is answered by a redirect to a bucket. */
export async function locateBlob(
  way: Way,
  { host, name, token }: Repository,
  { digest }: Blob,
  signal: AbortSignal,
): Promise<Found<Located>> {
  const url = new URL(`https://${host}/v2/${name}/blobs/${digest}`)
  const headers = { authorization: `Bearer ${token}` }
  const answer = await ask(way, url, { headers, maxBody: MAX_BLOB }, signal)
  if (answer.status === 200) return ok('200, by the registry itself', { answer })
  const location = answer.headers.location
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined || !URL.canParse(location, url.href))
    return failed(`answers ${answer.status} without saying where the blob is`, 'push the image anew if this stays')
  const at = new URL(location, url)
  // The rest of it is a signature, which is as good as a password while it lasts.
  return ok(`${answer.status} to ${at.origin}/...`, { at })
}

/** Whether the rules let clients follow a redirect; how a bucket is admitted where they do not. */
export function judgeBucket(at: URL, loaded: Loaded, { router }: Path): Found<URL> {
  if (at.protocol !== 'http:' && at.protocol !== 'https:') return failed(`${at.protocol}// is not carried`, undefined)
  const name = normaliseHost(at.hostname)
  if (!name.ok) return failed(name.why, 'a redirect names a host')
  const routed = router.route(name.host, portOf(at))
  if (!routed.ok) return notAdmitted(routed.why, name.host, portOf(at), loaded, "in the proxy's configuration")
  const plain = at.protocol === 'http:' ? ', by plain HTTP: port 80 must be open to clients' : ', by TLS'
  return ok(`admitted, ${routed.route.rule}${plain}`, at)
}

/** Follows a redirect, without the token, which is for the registry alone. */
export async function fetchBlob(way: Way, located: Located, blob: Blob, signal: AbortSignal): Promise<Finding> {
  const answer = 'answer' in located ? located.answer : await ask(way, located.at, { maxBody: MAX_BLOB }, signal)
  const { status, body, whole } = answer
  if (status !== 200) {
    const code = /<Code>(\w+)<\/Code>/.exec(body.toString())?.[1]
    return failed(
      `answers ${status}${code === undefined ? '' : ` ${code}`}`,
      'OSS takes a redirect for 20 minutes: compare the clock, and see whether something on the way changes requests',
    )
  }
  if (!whole) return ok(`200, the first ${body.length} of ${blob.size} bytes`)
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`
  if (digest === blob.digest) return ok(`200, ${body.length} bytes, as its digest says`)
  return failed(`its ${body.length} bytes are ${digest}, and not ${blob.digest}`, 'something on the way has changed it')
}
