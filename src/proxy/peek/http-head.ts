import { type Authority, parseAuthority } from './http-authority.ts'
import { splitHead } from './http-lines.ts'
import type { Parsed } from './parsed.ts'

/** Longest request head worth waiting for, in bytes; the reader cuts there, the parser itself only asks for more. */
export const MAX_HEAD = 16384

export interface HttpHead {
  /** How the request names its target (RFC 9112 3.2); 'origin' includes `OPTIONS *`. */
  readonly form: 'origin' | 'connect' | 'absolute'
  readonly method: string
  /** From the target where it names one, else from Host; as sent, without port. Undefined when no host is named. */
  readonly host: string | undefined
  readonly port: number | undefined
  /** Bytes of the head, its empty line included. */
  readonly length: number
}

interface Target {
  readonly form: HttpHead['form']
  readonly authority: Authority | undefined
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP\/([0-9]\.[0-9])$/
const FIELD_NAME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):/
const URL_START = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)/

/** Reads an HTTP/1 request head from a connection's first bytes, strictly: what two readers could take differently is malformed. Never throws. */
export function parseHttpHead(bytes: Buffer): Parsed<HttpHead> {
  const head = splitHead(bytes)
  if (head.kind !== 'value') return head
  const [requestLine = '', ...fields] = head.value.lines
  const [, method, path, version] = REQUEST_LINE.exec(requestLine) ?? []
  if (method === undefined || path === undefined) return malformed('request line is not METHOD target HTTP/1.x')
  if (version !== '1.0' && version !== '1.1') return malformed(`HTTP version ${version}`)
  const target = readTarget(method, path)
  if (target.kind !== 'value') return target
  const hostField = readHostField(fields)
  if (hostField.kind !== 'value') return hostField
  // RFC 9112 3.2: a 1.1 request without Host is answered 400, whatever its target says.
  if (hostField.value === undefined && version === '1.1') return malformed('HTTP/1.1 without a Host header')
  const { form, authority = parseAuthority(hostField.value ?? '') } = target.value
  if (authority === undefined && hostField.value) return malformed('Host header is not host[:port]')
  return {
    kind: 'value',
    value: { form, method, host: authority?.host, port: authority?.port, length: head.value.length },
  }
}

/** Which form the target has, and the authority it names itself: that one goes before Host (RFC 9112 3.2.2). */
function readTarget(method: string, target: string): Parsed<Target> {
  if (method === 'CONNECT') {
    const authority = parseAuthority(target)
    if (authority?.port === undefined) return malformed('CONNECT target is not host:port')
    return { kind: 'value', value: { form: 'connect', authority } }
  }
  if (target.startsWith('/') || (target === '*' && method === 'OPTIONS')) {
    return { kind: 'value', value: { form: 'origin', authority: undefined } }
  }
  const [, scheme, rest] = URL_START.exec(target) ?? []
  if (scheme === undefined || rest === undefined) return malformed('request target is neither a path nor a URL')
  if (scheme.toLowerCase() !== 'http') return malformed('the target is no http:// URL: for https, use CONNECT')
  const authority = parseAuthority(rest)
  if (authority === undefined) return malformed('URL in the request target has no plain host[:port]')
  return { kind: 'value', value: { form: 'absolute', authority } }
}

/** Value of the only Host field, undefined where there is none; every other field is checked for its shape alone. */
function readHostField(fields: readonly string[]): Parsed<string | undefined> {
  let host: string | undefined
  for (const field of fields) {
    // RFC 9112 5.1 and 5.2: a space before the colon or a folded line hides a field from one reader and not from another.
    if (field.startsWith(' ') || field.startsWith('\t')) return malformed('folded header line')
    const name = FIELD_NAME.exec(field)?.[1]
    if (name === undefined) return malformed('header line does not start with a name and a colon')
    if (name.toLowerCase() !== 'host') continue
    if (host !== undefined) return malformed('more than one Host header')
    host = withoutPadding(field.slice(name.length + 1))
  }
  return { kind: 'value', value: host }
}

/** Strips spaces and tabs only: trim() would also take bytes that are no whitespace in HTTP, such as 0xa0. */
function withoutPadding(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && (value[start] === ' ' || value[start] === '\t')) start++
  while (end > start && (value[end - 1] === ' ' || value[end - 1] === '\t')) end--
  return value.slice(start, end)
}

function malformed(why: string): Parsed<never> {
  return { kind: 'malformed', why }
}
