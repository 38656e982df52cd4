import type { Parsed } from './parsed.ts'

/** A request head cut into lines, as latin1 text without their CRLFs. */
export interface HeadLines {
  readonly lines: readonly string[]
  /** Bytes of the head, its empty line included. */
  readonly length: number
}

const TOKEN_BYTES = new Set(
  Buffer.from("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
)
// The longest registered method has 17 characters (UPDATEREDIRECTREF).
const MAX_METHOD = 20

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const DELETE = 127

/** Cuts a request head into lines: 'no' as soon as it cannot start with a method, malformed at the first byte no head may hold. */
export function splitHead(bytes: Buffer): Parsed<HeadLines> {
  const method = readMethod(bytes)
  if (method.kind !== 'value') return method
  let lineStart = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === TAB || (byte >= SPACE && byte !== DELETE)) continue
    // RFC 9112 2.2 lets a server take a bare LF; two readers that differ on where lines end is what smuggling lives on.
    if (byte === LF) return { kind: 'malformed', why: 'LF without CR' }
    if (byte !== CR) return { kind: 'malformed', why: `control byte ${byte}` }
    if (at + 1 === bytes.length) break
    if (bytes[at + 1] !== LF) return { kind: 'malformed', why: 'CR without LF' }
    if (at === lineStart) {
      return { kind: 'value', value: { lines: bytes.toString('latin1', 0, at - 2).split('\r\n'), length: at + 2 } }
    }
    lineStart = at + 2
    at++
  }
  return { kind: 'more', atLeast: bytes.length + 1 }
}

/** The token before the first space. */
function readMethod(bytes: Buffer): Parsed<string> {
  const limit = Math.min(bytes.length, MAX_METHOD + 1)
  let at = 0
  while (at < limit && TOKEN_BYTES.has(bytes.readUInt8(at))) at++
  if (at > MAX_METHOD) return { kind: 'no' }
  if (at === bytes.length) return { kind: 'more', atLeast: at + 1 }
  if (at === 0 || bytes.readUInt8(at) !== SPACE) return { kind: 'no' }
  const method = bytes.toString('latin1', 0, at)
  // RFC 9113 3.4: the preface of HTTP/2 with prior knowledge, shaped so that no HTTP/1 server takes it for a request.
  return method === 'PRI' ? { kind: 'no' } : { kind: 'value', value: method }
}
