import { readAlpn, readServerName, readVersions, vectorEnd } from './hello-extensions.ts'
import type { Parsed } from './parsed.ts'
import { joinHello } from './tls-records.ts'

/** Longest ClientHello message taken, in bytes with its handshake header: room for many post-quantum shares. */
export const MAX_HELLO = 65536

export interface ClientHello {
  /** As sent, one character a byte, not normalised; undefined when the hello names no server. */
  readonly serverName: string | undefined
  /** In the client's order, bytes that do not print escaped; empty when not offered. */
  readonly alpn: readonly string[]
  /** Highest version offered, such as 'TLS 1.3'. */
  readonly version: string
  /** Carries an encrypted_client_hello extension, real or GREASE: `serverName` is then the outer name. */
  readonly ech: boolean
}

const VERSION_NAMES: ReadonlyMap<number, string> = new Map([
  [0x0300, 'SSL 3.0'],
  [0x0301, 'TLS 1.0'],
  [0x0302, 'TLS 1.1'],
  [0x0303, 'TLS 1.2'],
  [0x0304, 'TLS 1.3'],
])
const TLS_1_2 = 0x0303

const SERVER_NAME = 0
const ALPN = 16
const SUPPORTED_VERSIONS = 43
const ENCRYPTED_CLIENT_HELLO = 0xfe0d

const RANDOM_END = 34
const MAX_SESSION_ID = 32

/** Reads a ClientHello from a connection's first bytes, TLS records from byte 0 on; what follows it is not looked at. Never throws. */
export function parseClientHello(bytes: Buffer): Parsed<ClientHello> {
  const hello = joinHello(bytes, MAX_HELLO)
  return hello.kind === 'value' ? parseBody(hello.value) : hello
}

/** RFC 8446 4.1.2, or RFC 5246 7.4.1.2 for a hello that ends after the compression methods. */
function parseBody(hello: Buffer): Parsed<ClientHello> {
  const legacyVersion = hello.readUInt16BE(0)
  if (legacyVersion < 0x0300) return malformed(`client_version ${hex16(legacyVersion)}`)
  const sessionEnd = vectorEnd(hello, RANDOM_END, 1)
  if (sessionEnd === undefined) return malformed('session id is cut short')
  if (sessionEnd > RANDOM_END + 1 + MAX_SESSION_ID) return malformed('session id of more than 32 bytes')
  const suitesEnd = vectorEnd(hello, sessionEnd, 2)
  if (suitesEnd === undefined) return malformed('cipher suites are cut short')
  const suites = suitesEnd - sessionEnd - 2
  if (suites === 0 || suites % 2 === 1) return malformed(`cipher suites of ${suites} bytes`)
  const compressionEnd = vectorEnd(hello, suitesEnd, 1)
  if (compressionEnd === undefined) return malformed('compression methods are cut short')
  if (compressionEnd === suitesEnd + 1) return malformed('no compression method')
  // RFC 8446 4.2.1: without supported_versions nothing above TLS 1.2 is on offer, whatever the version field says.
  const version = Math.min(legacyVersion, TLS_1_2)
  if (compressionEnd === hello.length) return parseExtensions(hello, hello.length, version)
  const end = vectorEnd(hello, compressionEnd, 2)
  if (end === undefined) return malformed('extensions are cut short')
  if (end < hello.length) return malformed(`${hello.length - end} bytes after the extensions`)
  return parseExtensions(hello, compressionEnd + 2, version)
}

/** Reads the extensions from `start` to the hello's end, in whatever order they come. */
function parseExtensions(hello: Buffer, start: number, legacyVersion: number): Parsed<ClientHello> {
  const seen = new Set<number>()
  let serverName: string | undefined
  let alpn: readonly string[] = []
  let version = legacyVersion
  for (let at = start; at < hello.length;) {
    const end = vectorEnd(hello, at + 2, 2)
    if (end === undefined) return malformed('an extension is cut short')
    const type = hello.readUInt16BE(at)
    // RFC 8446 4.2: no type twice. Two server names are how one hello shows a different face to each reader.
    if (seen.has(type)) return malformed(`extension ${hex16(type)} twice`)
    seen.add(type)
    if (type === SERVER_NAME) {
      const name = readServerName(hello.subarray(at + 4, end))
      if (name.kind === 'malformed') return name
      serverName = name.value
    } else if (type === ALPN) {
      const names = readAlpn(hello.subarray(at + 4, end))
      if (names.kind === 'malformed') return names
      alpn = names.value
    } else if (type === SUPPORTED_VERSIONS) {
      const highest = readVersions(hello.subarray(at + 4, end))
      if (highest.kind === 'malformed') return highest
      version = highest.value ?? legacyVersion
    }
    at = end
  }
  const name = VERSION_NAMES.get(version) ?? hex16(version)
  return { kind: 'value', value: { serverName, alpn, version: name, ech: seen.has(ENCRYPTED_CLIENT_HELLO) } }
}

function malformed(why: string): Parsed<never> {
  return { kind: 'malformed', why }
}

function hex16(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
