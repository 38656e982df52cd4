/** TLS alert descriptions (RFC 8446 section 6). */
const DECODE_ERROR = 50
const INTERNAL_ERROR = 80
const UNRECOGNIZED_NAME = 112

interface Goodbye {
  readonly alert: number
  readonly status: string
  /** What whoever reads the answer can do. */
  readonly hint: string
}

/** Every reason for which a connection is refused: the same names in logs, metrics and answers. */
export const REFUSALS = {
  'not-recognised': { alert: DECODE_ERROR, status: '400 Bad Request', hint: 'this port takes TLS, HTTP and CONNECT' },
  'malformed-hello': { alert: DECODE_ERROR, status: '400 Bad Request', hint: 'the TLS ClientHello breaks RFC 8446' },
  'hello-too-large': {
    alert: DECODE_ERROR,
    status: '400 Bad Request',
    hint: 'the TLS ClientHello is larger than 64 KiB',
  },
  'malformed-request': { alert: DECODE_ERROR, status: '400 Bad Request', hint: 'the request breaks RFC 9112' },
  'request-too-large': {
    alert: DECODE_ERROR,
    status: '431 Request Header Fields Too Large',
    hint: 'send a head of less than 16 KiB',
  },
  'peek-timeout': { alert: DECODE_ERROR, status: '408 Request Timeout', hint: 'no host name was sent in time' },
  'no-name': { alert: UNRECOGNIZED_NAME, status: '400 Bad Request', hint: 'connect by host name, not by address' },
  'bad-name': { alert: UNRECOGNIZED_NAME, status: '400 Bad Request', hint: 'connect by a valid host name' },
  'name-not-allowed': {
    alert: UNRECOGNIZED_NAME,
    status: '403 Forbidden',
    hint: 'ask the operator to admit this name',
  },
  'port-not-allowed': { alert: UNRECOGNIZED_NAME, status: '403 Forbidden', hint: 'only ports 443 and 80 are proxied' },
  'client-not-allowed': {
    alert: UNRECOGNIZED_NAME,
    status: '403 Forbidden',
    hint: 'ask the operator to admit this client',
  },
  'bad-proxy-header': {
    alert: DECODE_ERROR,
    status: '400 Bad Request',
    hint: 'this listener expects a PROXY protocol header',
  },
  'untrusted-proxy-source': {
    alert: DECODE_ERROR,
    status: '403 Forbidden',
    hint: 'add the load balancer to `trusted`',
  },
  'too-many-connections': {
    alert: INTERNAL_ERROR,
    status: '503 Service Unavailable',
    hint: 'raise limits.connections',
  },
  'too-many-from-client': { alert: INTERNAL_ERROR, status: '429 Too Many Requests', hint: 'raise limits.perClient' },
  'too-many-peeking': { alert: INTERNAL_ERROR, status: '503 Service Unavailable', hint: 'raise limits.peeking' },
  'out-of-descriptors': {
    alert: INTERNAL_ERROR,
    status: '503 Service Unavailable',
    hint: 'raise the descriptor limit',
  },
  'resolve-failed': { alert: INTERNAL_ERROR, status: '502 Bad Gateway', hint: 'check the DNS servers of the proxy' },
  'address-denied': {
    alert: INTERNAL_ERROR,
    status: '502 Bad Gateway',
    hint: 'the name resolves to an address the proxy may not dial',
  },
  loop: { alert: INTERNAL_ERROR, status: '508 Loop Detected', hint: 'the proxy resolves this name to itself' },
  'connect-failed': {
    alert: INTERNAL_ERROR,
    status: '502 Bad Gateway',
    hint: 'check the route from the proxy to the service',
  },
  'connect-timeout': {
    alert: INTERNAL_ERROR,
    status: '504 Gateway Timeout',
    hint: 'check the route from the proxy to the service',
  },
  'internal-error': {
    alert: INTERNAL_ERROR,
    status: '500 Internal Server Error',
    hint: 'this is a fault of the proxy: please report it',
  },
  draining: { alert: INTERNAL_ERROR, status: '503 Service Unavailable', hint: 'the proxy is stopping: try again' },
} as const satisfies Record<string, Goodbye>

export type RefusalReason = keyof typeof REFUSALS

/** What the client speaks, as far as is known when it is refused. */
export type Language = 'tls' | 'http' | 'unknown'

/** Thrown by any stage that will not take a connection further; `message` says why, with all hostile text escaped. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: RefusalReason
  /** Set by whoever knows it better than the stage that refused. */
  language: Language

  constructor(reason: RefusalReason, why: string, language: Language = 'unknown') {
    super(why)
    this.reason = reason
    this.language = language
  }
}

/** What is not a refusal is a fault of ours: it must show, and must not take other connections down. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  return new Refusal('internal-error', error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}

/** The last bytes for a refused client; none for one whose language is not known. */
export function goodbye({ reason, message, language }: Refusal): Buffer | undefined {
  const { alert, status } = REFUSALS[reason]
  if (language === 'tls') return Buffer.from([0x15, 3, 3, 0, 2, 2, alert])
  if (language === 'unknown') return undefined
  const text = refusalText(reason, message)
  return Buffer.from(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}

/** The reason in words, for an HTTP answer. */
export function refusalText(reason: RefusalReason, why: string): string {
  return `acr-proxy: ${reason}: ${why}\nhint: ${REFUSALS[reason].hint}\n`
}
