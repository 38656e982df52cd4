import type { Parsed } from './parsed.ts'

const RECORD_HEADER = 5
const HANDSHAKE_HEADER = 4
const HANDSHAKE_RECORD = 22
const CLIENT_HELLO = 1
// RFC 8446 5.1: a plaintext fragment never exceeds 2^14 bytes.
const MAX_FRAGMENT = 16384
// legacy_version and random, which every hello starts with.
const MIN_BODY = 34

/**
 * Puts a ClientHello's body (without the 4-byte handshake header) together from TLS records: a view where one record
 * holds it all. `longest` bounds the message in bytes, handshake header included.
 */
export function joinHello(bytes: Buffer, longest: number): Parsed<Buffer> {
  if (bytes.length === 0) return { kind: 'more', atLeast: 1 }
  if (bytes.readUInt8(0) !== HANDSHAKE_RECORD) return { kind: 'no' }
  let wanted = HANDSHAKE_HEADER
  let have = 0
  let at = 0
  while (at + RECORD_HEADER <= bytes.length) {
    const fault = faultOfRecord(bytes, at)
    if (fault !== undefined) return { kind: 'malformed', why: fault }
    const end = at + RECORD_HEADER + bytes.readUInt16BE(at + 3)
    have += Math.min(end, bytes.length) - at - RECORD_HEADER
    if (wanted === HANDSHAKE_HEADER && have >= HANDSHAKE_HEADER) {
      const header = fragments(bytes, HANDSHAKE_HEADER).readUInt32BE(0)
      const fault = faultOfHandshake(header)
      if (fault !== undefined) return { kind: 'malformed', why: fault }
      const length = HANDSHAKE_HEADER + (header & 0xffffff)
      if (length > longest) return { kind: 'malformed', why: `hello of ${length} bytes`, tooLarge: true }
      wanted = length
    }
    if (have >= wanted) return { kind: 'value', value: fragments(bytes, wanted).subarray(HANDSHAKE_HEADER) }
    at = end
  }
  return { kind: 'more', atLeast: nextUseful(bytes.length, at, wanted - have) }
}

function faultOfRecord(bytes: Buffer, at: number): string | undefined {
  const type = bytes.readUInt8(at)
  const version = bytes.readUInt16BE(at + 1)
  const length = bytes.readUInt16BE(at + 3)
  if (type !== HANDSHAKE_RECORD) return `record of type ${type} inside the hello`
  if (version < 0x0300 || version > 0x0303) return `record version ${hex16(version)}`
  if (length > MAX_FRAGMENT) return `record of ${length} bytes`
  // RFC 8446 5.1: zero-length handshake fragments are forbidden; they would let a client send for ever and say nothing.
  if (length === 0) return 'empty handshake record'
  return undefined
}

function faultOfHandshake(header: number): string | undefined {
  const type = header >>> 24
  const length = header & 0xffffff
  if (type !== CLIENT_HELLO) return `handshake message of type ${type}, not a client_hello`
  if (length < MIN_BODY) return `hello of only ${length} bytes`
  return undefined
}

/** The first `count` handshake bytes of records already checked and long enough. */
function fragments(bytes: Buffer, count: number): Buffer {
  if (bytes.readUInt16BE(3) >= count) return bytes.subarray(RECORD_HEADER, RECORD_HEADER + count)
  const joined = Buffer.allocUnsafe(count)
  let at = 0
  for (let filled = 0; filled < count;) {
    const start = at + RECORD_HEADER
    at = start + bytes.readUInt16BE(at + 3)
    filled += bytes.copy(joined, filled, start, at)
  }
  return joined
}

/**
 * Total input at which to look again: when the `missing` handshake bytes can be complete at the earliest, or sooner when
 * the next record header can be judged. `recordEnd` is the offset past the record being read, `seen` the input so far.
 */
function nextUseful(seen: number, recordEnd: number, missing: number): number {
  const unread = Math.max(0, recordEnd - seen)
  const furtherRecords = Math.ceil(Math.max(0, missing - unread) / MAX_FRAGMENT)
  const complete = Math.min(seen, recordEnd) + missing + RECORD_HEADER * furtherRecords
  // Every look starts at byte 0, so with tiny records it must not happen at each header: growing by an eighth keeps the sum linear.
  return Math.min(complete, Math.max(recordEnd + RECORD_HEADER, Math.floor((seen * 9) / 8)))
}

function hex16(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
