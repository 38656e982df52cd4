import type { IncomingMessage } from 'node:http'
import { parseAuthority } from '../peek/http-authority.ts'
import { Refusal } from '../reject.ts'

/** Where a request is to go, and what it then asks for. */
export interface RequestTarget {
  readonly host: string | undefined
  readonly port: number
  /** For the Host field: as the client wrote it. */
  readonly authority: string
  /** In origin form. */
  readonly path: string
}

/** Splits the target of a proxy request (RFC 9112 section 3.2.2; the URL overrides the Host field). Throws a Refusal. */
export function target({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): RequestTarget {
  if (url.startsWith('/') || url === '*') return { ...split(headers.host ?? ''), path: url }
  const match = /^http:\/\/([^/?#]+)([/?][^#]*)?$/i.exec(url)
  const authority = match?.[1]
  if (authority === undefined)
    throw new Refusal('malformed-request', 'only http:// targets are forwarded: for https, use CONNECT')
  const rest = match?.[2] ?? '/'
  return { ...split(authority), path: rest.startsWith('?') ? `/${rest}` : rest }
}

function split(text: string): Omit<RequestTarget, 'path'> {
  if (text === '') return { host: undefined, port: 80, authority: '' }
  const parsed = parseAuthority(text)
  if (parsed === undefined) throw new Refusal('malformed-request', 'the target is not of the form host[:port]')
  return { host: parsed.host, port: parsed.port ?? 80, authority: text }
}

/** Fields that concern one hop only (RFC 9110 section 7.6.1). */
const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]

/**
 * The first transfer coding of a message that is not `chunked`, if any. Codings end at each hop (RFC 9112 section 6.1), and
 * this one undoes chunks only: a body in any other would go on without its label.
 */
export function foreignCoding({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const codings = headers['transfer-encoding']?.toLowerCase().split(',') ?? []
  return codings.map((coding) => coding.trim()).find((coding) => coding !== 'chunked')
}

/**
 * The fields of a message (name, value, name, value, ...) that go on to the next hop, repeated ones and their order kept,
 * with our own name in Via (RFC 9110 section 7.6.3). Transfer-Encoding stays: node:http frames the body anew.
 */
export function endToEnd(raw: readonly string[], drop: readonly string[]): string[] {
  const pairs = Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i] ?? '', raw[2 * i + 1] ?? ''] as const)
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(','))
  const gone = new Set([...HOP_BY_HOP, ...drop, ...named.map((name) => name.trim())])
  const kept = pairs.filter(([name]) => !gone.has(name.toLowerCase()))
  return [...kept.flat(), 'Via', '1.1 acr-proxy']
}
