import type { Parsed } from './parsed.ts'

/** What one extension holds, or why it cannot be read. */
export type Extension<T> = Extract<Parsed<T>, { kind: 'value' | 'malformed' }>

const HOST_NAME = 0
const SSL_3_0 = 0x0300
const TLS_1_3 = 0x0304

/** Offset past the vector whose length prefix of `width` bytes is at `at`; undefined when it runs over the end. */
export function vectorEnd(bytes: Buffer, at: number, width: 1 | 2): number | undefined {
  if (at + width > bytes.length) return undefined
  const end = at + width + (width === 1 ? bytes.readUInt8(at) : bytes.readUInt16BE(at))
  return end > bytes.length ? undefined : end
}

/** The one host_name of a server_name extension (RFC 6066 3), byte for byte as latin1. */
export function readServerName(data: Buffer): Extension<string> {
  if (vectorEnd(data, 0, 2) !== data.length) return malformed('server_name: list does not fill the extension')
  if (data.length === 2) return malformed('server_name: empty list')
  const type = data.readUInt8(2)
  if (type !== HOST_NAME) return malformed(`server_name: name of unknown type ${type}`)
  const end = vectorEnd(data, 3, 2)
  if (end === undefined) return malformed('server_name: name is cut short')
  if (end === 5) return malformed('server_name: empty name')
  // RFC 6066 3 forbids a second host_name; which of two the server would take is anyone's guess.
  if (end !== data.length) return malformed('server_name: more than one name')
  return { kind: 'value', value: data.toString('latin1', 5, end) }
}

/** Protocol names of an ALPN extension (RFC 7301 3.1) in the client's order, bytes that do not print written as \xhh. */
export function readAlpn(data: Buffer): Extension<readonly string[]> {
  if (vectorEnd(data, 0, 2) !== data.length) return malformed('alpn: list does not fill the extension')
  if (data.length === 2) return malformed('alpn: empty list')
  const names: string[] = []
  for (let at = 2; at < data.length;) {
    const end = vectorEnd(data, at, 1)
    if (end === undefined) return malformed('alpn: name is cut short')
    if (end === at + 1) return malformed('alpn: empty name')
    names.push(printable(data.toString('latin1', at + 1, end)))
    at = end
  }
  return { kind: 'value', value: names }
}

/** Highest version of a supported_versions extension (RFC 8446 4.2.1); undefined when it lists only GREASE or unknown ones. */
export function readVersions(data: Buffer): Extension<number | undefined> {
  if (vectorEnd(data, 0, 1) !== data.length) return malformed('supported_versions: list does not fill the extension')
  if (data.length === 1) return malformed('supported_versions: empty list')
  if (data.length % 2 === 0) return malformed('supported_versions: list of odd length')
  let highest: number | undefined
  for (let at = 1; at < data.length; at += 2) {
    const version = data.readUInt16BE(at)
    if (version >= (highest ?? SSL_3_0) && version <= TLS_1_3) highest = version
  }
  return { kind: 'value', value: highest }
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function malformed(why: string): Extension<never> {
  return { kind: 'malformed', why }
}
