import type { Socket } from 'node:net'
import { type Language, Refusal, type RefusalReason } from '../reject.ts'
import { MAX_HELLO, parseClientHello } from './client-hello.ts'
import { MAX_HEAD, parseHttpHead } from './http-head.ts'
import type { Parsed } from './parsed.ts'
import { parseProxyHeader } from './proxy-header.ts'

export type Kind = 'tls' | 'http' | 'connect' | 'forward'

/** What a connection asks for, read without consuming it. */
export interface Opening {
  readonly kind: Kind
  /** As the client wrote it, not normalised; undefined when it named none. */
  readonly host: string | undefined
  readonly port: number
  /** Everything that belongs to the upstream (for a forward connection: to the HTTP parser). */
  readonly head: Buffer
  readonly alpn: readonly string[]
  /** Highest TLS version offered, or undefined for HTTP. */
  readonly version: string | undefined
  readonly ech: boolean
}

export interface PeekOptions {
  /** How long the whole peek may take (ms). */
  readonly limitMs: number
  /** Expect a PROXY protocol header first, and report the address it announces. */
  readonly onProxyHeader: ((source: Source | undefined) => void) | undefined
}

export interface Source {
  readonly address: string
  readonly port: number
}

/** The framing around a hello: one-byte records are legal, and each carries five bytes of its own. */
const MAX_TLS_INPUT = MAX_HELLO * 6

const TLS_HANDSHAKE = 0x16

/**
 * What a connection asks for whose first bytes are at hand; undefined where they do not say, or not well, or where `node:http` is to
 * read on: then `peek` must.
 */
export function openingIn(first: Buffer | undefined): Opening | undefined {
  if (first === undefined || first.length === 0) return undefined
  const verdict = first[0] === TLS_HANDSHAKE ? tls(first) : http(first)
  return verdict.kind === 'value' && verdict.value.kind !== 'forward' ? verdict.value : undefined
}

/**
 * Reads from `socket` until its first bytes say what it wants, and leaves it paused.
 * Rejects with a Refusal; resolves to undefined when the client left without a word, as health checks do.
 */
export function peek(socket: Socket, { limitMs, onProxyHeader }: PeekOptions): Promise<Opening | undefined> {
  if (socket.closed) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let needed = 1
    let headerDue = onProxyHeader !== undefined

    const stop = (): void => {
      clearTimeout(limit)
      socket.pause()
      socket.removeListener('data', take)
      socket.removeListener('end', ended)
      socket.removeListener('close', closed)
    }
    const refuse = (reason: RefusalReason, why: string): void => {
      stop()
      reject(new Refusal(reason, why, headerDue || reason === 'not-recognised' ? 'unknown' : languageOf(chunks)))
    }
    const take = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= needed) decide()
    }
    const decide = (): void => {
      let bytes = collect(chunks, size)
      if (headerDue && onProxyHeader !== undefined) {
        const parsed = parseProxyHeader(bytes)
        if (parsed.kind === 'more') return void (needed = parsed.atLeast)
        if (parsed.kind === 'no')
          return refuse('bad-proxy-header', 'the connection does not begin with a PROXY protocol header')
        if (parsed.kind === 'malformed') return refuse('bad-proxy-header', parsed.why)
        headerDue = false
        bytes = bytes.subarray(parsed.value.length)
        chunks.splice(0, chunks.length, bytes)
        size = bytes.length
        try {
          onProxyHeader(parsed.value.source)
        } catch (error) {
          stop()
          return reject(error)
        }
        if (size === 0) return void (needed = 1)
      }
      const result = bytes[0] === TLS_HANDSHAKE ? tls(bytes) : http(bytes)
      switch (result.kind) {
        case 'more':
          needed = result.atLeast
          return
        case 'value':
          stop()
          return resolve(result.value)
        case 'no':
          return refuse('not-recognised', 'neither TLS nor HTTP')
        case 'malformed':
          return refuse(...result.refusal)
      }
    }
    const ended = (): void => {
      if (size === 0) {
        stop()
        return resolve(undefined)
      }
      const promised = languageOf(chunks) === 'tls' ? 'malformed-hello' : 'malformed-request'
      refuse(
        headerDue ? 'bad-proxy-header' : promised,
        `the connection ended after ${size} bytes, before it named a host`,
      )
    }
    const closed = (): void => {
      stop()
      resolve(undefined)
    }
    const limit = setTimeout(
      () =>
        refuse(
          'peek-timeout',
          size === 0 ? `nothing was sent for ${limitMs} ms` : `${size} bytes in ${limitMs} ms name no host`,
        ),
      limitMs,
    )
    socket.on('data', take)
    socket.on('end', ended)
    socket.on('close', closed)
  })
}

type Verdict =
  | Exclude<Parsed<Opening>, { kind: 'malformed' }>
  | { readonly kind: 'malformed'; readonly refusal: [RefusalReason, string] }

function tls(bytes: Buffer): Verdict {
  const parsed = parseClientHello(bytes)
  switch (parsed.kind) {
    case 'more':
      if (bytes.length > MAX_TLS_INPUT)
        return { kind: 'malformed', refusal: ['hello-too-large', `no ClientHello in ${bytes.length} bytes`] }
      return parsed
    case 'no':
      return parsed
    case 'malformed':
      return {
        kind: 'malformed',
        refusal: [parsed.tooLarge === true ? 'hello-too-large' : 'malformed-hello', parsed.why],
      }
    case 'value': {
      const { serverName, alpn, version, ech } = parsed.value
      return { kind: 'value', value: { kind: 'tls', host: serverName, port: 443, head: bytes, alpn, version, ech } }
    }
  }
}

const KINDS = { origin: 'http', connect: 'connect', absolute: 'forward' } as const

function http(bytes: Buffer): Verdict {
  const parsed = parseHttpHead(bytes)
  switch (parsed.kind) {
    case 'more':
      if (bytes.length >= MAX_HEAD)
        return { kind: 'malformed', refusal: ['request-too-large', `no end of the head in ${bytes.length} bytes`] }
      return parsed
    case 'no':
      return parsed
    case 'malformed':
      return { kind: 'malformed', refusal: ['malformed-request', parsed.why] }
    case 'value': {
      const { form, host, port, length } = parsed.value
      const kind = KINDS[form]
      // The port of an origin-form Host is the one this proxy was reached at: the service itself is at 80.
      const asked = kind === 'http' ? 80 : (port ?? 80)
      const head = kind === 'connect' ? bytes.subarray(length) : bytes
      return { kind: 'value', value: { kind, host, port: asked, head, alpn: [], version: undefined, ech: false } }
    }
  }
}

/** One view of everything read so far; the list is folded, so that no byte is copied twice for each chunk. */
function collect(chunks: Buffer[], size: number): Buffer {
  const [first] = chunks
  if (chunks.length === 1 && first !== undefined) return first
  const bytes = Buffer.concat(chunks, size)
  chunks.splice(0, chunks.length, bytes)
  return bytes
}

/** What the first byte promises; the parsers decide whether it was true. */
function languageOf([first]: readonly Buffer[]): Language {
  if (first?.[0] === undefined) return 'unknown'
  return first[0] === TLS_HANDSHAKE ? 'tls' : 'http'
}
