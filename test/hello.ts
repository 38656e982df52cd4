/** What to put into a built ClientHello; everything left out gets an ordinary value. */
export interface HelloOptions {
  readonly serverName?: string | undefined
  readonly alpn?: readonly string[] | undefined
  /** Contents of supported_versions; left out: no such extension. */
  readonly versions?: readonly number[] | undefined
  readonly legacyVersion?: number
  readonly sessionId?: Buffer
  readonly suites?: readonly number[]
  /** Further extensions, after the ones above. */
  readonly extensions?: readonly Buffer[]
  /** Padding extension (RFC 7685) that brings the whole message to this many bytes. */
  readonly size?: number
  /** Ends after the compression methods, as clients before RFC 3546 did. */
  readonly bare?: boolean
}

/** Handshake message of a ClientHello, its 4-byte header included, not yet in records. */
export function buildHello(options: HelloOptions = {}): Buffer {
  const { serverName, alpn, versions, legacyVersion = 0x0303, sessionId = Buffer.alloc(32, 7) } = options
  const start = Buffer.concat([
    uint(2, legacyVersion),
    Buffer.alloc(32, 5),
    vector(1, sessionId),
    vector(2, Buffer.concat((options.suites ?? [0x1301, 0xc02f]).map((suite) => uint(2, suite)))),
    vector(1, Buffer.alloc(1)),
  ])
  if (options.bare === true) return handshake(start)
  const extensions = [
    ...(serverName === undefined ? [] : [extension(0, serverNames([serverName]))]),
    ...(alpn === undefined ? [] : [extension(16, protocolNames(alpn))]),
    ...(versions === undefined ? [] : [extension(43, versionList(versions))]),
    ...(options.extensions ?? []),
  ]
  if (options.size !== undefined) {
    const taken = 4 + start.length + 2 + Buffer.concat(extensions).length + 4
    extensions.push(extension(21, Buffer.alloc(options.size - taken)))
  }
  return handshake(Buffer.concat([start, vector(2, Buffer.concat(extensions))]))
}

/** Puts a handshake message into TLS records of the given payload sizes, the last size as often as needed. */
export function frame(handshake: Buffer, sizes: readonly number[] = [16384], version = 0x0301): Buffer {
  const records: Buffer[] = []
  for (let at = 0; at < handshake.length;) {
    const size = sizes[Math.min(records.length, sizes.length - 1)] ?? handshake.length
    records.push(record(handshake.subarray(at, at + size), version))
    at += size
  }
  return Buffer.concat(records)
}

/** One TLS record; type 22 is handshake. */
export function record(payload: Buffer, version = 0x0301, type = 22): Buffer {
  return Buffer.concat([uint(1, type), uint(2, version), vector(2, payload)])
}

/** A handshake message around a body; type 1 is client_hello. */
export function handshake(body: Buffer, type = 1): Buffer {
  return Buffer.concat([uint(1, type), uint(3, body.length), body])
}

export function extension(type: number, data: Buffer): Buffer {
  return Buffer.concat([uint(2, type), vector(2, data)])
}

/** Data of a server_name extension; one character a byte. */
export function serverNames(names: readonly string[], type = 0): Buffer {
  return vector(2, Buffer.concat(names.map((name) => Buffer.concat([uint(1, type), latin1Vector(2, name)]))))
}

export function protocolNames(names: readonly string[]): Buffer {
  return vector(2, Buffer.concat(names.map((name) => latin1Vector(1, name))))
}

export function versionList(versions: readonly number[]): Buffer {
  return vector(1, Buffer.concat(versions.map((version) => uint(2, version))))
}

/** Bytes after their own length, which takes `width` bytes. */
export function vector(width: number, data: Buffer): Buffer {
  return Buffer.concat([uint(width, data.length), data])
}

export function uint(width: number, value: number): Buffer {
  const bytes = Buffer.alloc(width)
  bytes.writeUIntBE(value, 0, width)
  return bytes
}

function latin1Vector(width: number, text: string): Buffer {
  return vector(width, Buffer.from(text, 'latin1'))
}
