import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { type Answer, textAnswer } from './answer.ts'

export interface AccessOptions {
  /** undefined: none is asked for. */
  readonly token: string | undefined
  /** Names by which we may be asked, besides localhost and addresses. */
  readonly hosts: readonly string[]
}

/** How much a request may learn: all, or only whether we live and are ready; or what it is told instead. */
export type Access = 'full' | 'bare' | Answer

const METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD'])

/** Judges requests by method, Host and token. */
export function createAccess({ token, hosts }: AccessOptions): (request: IncomingMessage) => Access {
  const names = new Set([...hosts, 'localhost'])
  const expected = token === undefined ? undefined : digest(token)
  return ({ method, headers }) => {
    if (!METHODS.has(method)) return textAnswer(405, 'only GET and HEAD are answered', { allow: 'GET, HEAD' })
    // A page elsewhere can make its own name lead here (DNS rebinding), but a browser then sends that name.
    if (!isOurs(headers.host ?? '', names)) {
      return textAnswer(421, 'not asked by an address, localhost or a name from admin.hosts')
    }
    if (expected === undefined) return 'full'
    if (headers.authorization === undefined) return 'bare'
    const given = /^bearer +(\S+)$/i.exec(headers.authorization)?.[1] ?? ''
    return timingSafeEqual(digest(given), expected) ? 'full' : unauthorized()
  }
}

/** Asks for the token. */
export function unauthorized(): Answer {
  return textAnswer(401, 'this needs Authorization: Bearer, with the token from admin.token or admin.tokenFile', {
    'www-authenticate': 'Bearer realm="acr-proxy"',
  })
}

function isOurs(host: string, names: ReadonlySet<string>): boolean {
  const name = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(host)
  const bare = (name?.[1] ?? name?.[2] ?? '').toLowerCase()
  return isIP(bare) !== 0 || names.has(bare)
}

/** Of equal length whatever the token's, as the comparison needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
