import { canonicalAddress } from '../ip-address.ts'
import type { Parsed } from './parsed.ts'

/** What a load balancer's PROXY protocol header says of the connection behind it. */
export interface ProxyHeader {
  /** Bytes of the header: what follows it is the client's. */
  readonly length: number
  /** The announced client; undefined when the header names none (LOCAL, UNKNOWN, not TCP): the socket's own address counts then. */
  readonly source: { readonly address: string; readonly port: number } | undefined
}

const V1_START = Buffer.from('PROXY ')
const V2_START = Buffer.from('\r\n\r\n\0\r\nQUIT\n')

// Longest line the specification allows, CRLF included (section 2.1).
const V1_MAX = 107
const V1_LINE = /^PROXY (?:UNKNOWN(?: [^\r\n]*)?|(TCP[46]) ([^ \r\n]+) ([^ \r\n]+) ([0-9]{1,5}) ([0-9]{1,5}))\r\n$/
const LF = 10

const V2_FIXED = 16
// Addresses take at most 216 bytes; the rest is TLVs, and a sender with kilobytes of those is no load balancer.
const V2_MAX = 4096
const LOCAL = 0
const PROXY = 1
const STREAM = 1
const DATAGRAM = 2
const UNSPECIFIED = 0
const INET = 1
const INET6 = 2
// By family: unspecified, IPv4, IPv6, Unix.
const V2_ADDRESS_BYTES = [0, 12, 36, 216]

/** Reads a PROXY protocol header, version 1 or 2, from a connection's first bytes; 'no' when there is none. Never throws. */
export function parseProxyHeader(bytes: Buffer): Parsed<ProxyHeader> {
  const first = bytes[0] === V2_START[0] ? V2_START : V1_START
  const seen = Math.min(bytes.length, first.length)
  if (first.compare(bytes, 0, seen, 0, seen) !== 0) return { kind: 'no' }
  if (seen < first.length) return { kind: 'more', atLeast: seen + 1 }
  return first === V2_START ? parseV2(bytes) : parseV1(bytes)
}

/** The text form: `PROXY TCP4|TCP6|UNKNOWN source destination port port`. */
function parseV1(bytes: Buffer): Parsed<ProxyHeader> {
  const length = bytes.subarray(0, V1_MAX).indexOf(LF) + 1
  if (length === 0) {
    if (bytes.length < V1_MAX) return { kind: 'more', atLeast: bytes.length + 1 }
    return malformed(`PROXY line of more than ${V1_MAX} bytes`)
  }
  const match = V1_LINE.exec(bytes.toString('latin1', 0, length))
  if (match === null) return malformed('PROXY line is not PROXY TCP4|TCP6|UNKNOWN source destination port port')
  const [, family, from = '', to = '', fromPort = '', toPort = ''] = match
  if (family === undefined) return { kind: 'value', value: { length, source: undefined } }
  const address = addressOf(family, from)
  if (address === undefined || addressOf(family, to) === undefined)
    return malformed(`PROXY line: not ${family} addresses`)
  if (!isPort(fromPort) || !isPort(toPort)) return malformed('PROXY line: bad port')
  return { kind: 'value', value: { length, source: { address, port: Number(fromPort) } } }
}

/** The address in a text of the family announced, under its one spelling. A zone would mean nothing here. */
function addressOf(family: string, text: string): string | undefined {
  const written = text.includes(':') ? 'TCP6' : 'TCP4'
  return written === family && !text.includes('%') ? canonicalAddress(text) : undefined
}

/** The binary form; TLVs are stepped over, none is interpreted. */
function parseV2(bytes: Buffer): Parsed<ProxyHeader> {
  if (bytes.length < V2_FIXED) return { kind: 'more', atLeast: V2_FIXED }
  const version = bytes.readUInt8(12) >>> 4
  const command = bytes.readUInt8(12) & 15
  const family = bytes.readUInt8(13) >>> 4
  const transport = bytes.readUInt8(13) & 15
  const rest = bytes.readUInt16BE(14)
  const length = V2_FIXED + rest
  if (version !== 2) return malformed(`PROXY protocol version ${version}`)
  if (command !== LOCAL && command !== PROXY) return malformed(`PROXY v2 command ${command}`)
  if (rest > V2_MAX) return malformed(`PROXY v2 header of ${rest} bytes`)
  if (bytes.length < length) return { kind: 'more', atLeast: length }
  // Section 2.2: of a LOCAL header (the balancer's own health check) all the rest is to be ignored.
  if (command === LOCAL) return { kind: 'value', value: { length, source: undefined } }
  const addressBytes = V2_ADDRESS_BYTES[family]
  if (addressBytes === undefined || transport > DATAGRAM) return malformed(`PROXY v2 family ${family}/${transport}`)
  if (rest < addressBytes) return malformed('PROXY v2 addresses are cut short')
  // Nothing tells where the addresses of an unspecified family end and its TLVs begin.
  const tlvs = family === UNSPECIFIED ? bytes.subarray(0, 0) : bytes.subarray(V2_FIXED + addressBytes, length)
  if (!tlvsFit(tlvs)) return malformed('PROXY v2 TLV is cut short')
  return { kind: 'value', value: { length, source: transport === STREAM ? sourceOf(bytes, family) : undefined } }
}

/** The source of a TCP header; undefined for families without TCP. */
function sourceOf(bytes: Buffer, family: number): ProxyHeader['source'] {
  if (family === INET) {
    return { address: bytes.subarray(V2_FIXED, V2_FIXED + 4).join('.'), port: bytes.readUInt16BE(V2_FIXED + 8) }
  }
  if (family !== INET6) return undefined
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(V2_FIXED + 2 * index).toString(16))
  const address = canonicalAddress(groups.join(':'))
  return address === undefined ? undefined : { address, port: bytes.readUInt16BE(V2_FIXED + 32) }
}

function tlvsFit(tlvs: Buffer): boolean {
  let at = 0
  while (at + 3 <= tlvs.length) at += 3 + tlvs.readUInt16BE(at + 1)
  return at === tlvs.length
}

function isPort(text: string): boolean {
  return Number(text) <= 65535 && String(Number(text)) === text
}

function malformed(why: string): Parsed<never> {
  return { kind: 'malformed', why }
}
