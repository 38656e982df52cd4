import http from 'node:http'
import net from 'node:net'
import { hostPort } from '../host-port.ts'
import { codeOf, UserError } from '../errors.ts'
import { adopt, type Bound, type InheritedSocket, open, type Place } from '../listening.ts'
import type { Log } from '../log.ts'
import { type AccessOptions, createAccess } from './access.ts'
import { type Answer, textAnswer } from './answer.ts'
import { answerTo, createEndpoints, type Sources } from './endpoints.ts'

/** An admin listener that is open. */
export interface Admin {
  /** `address:port` as bound. */
  readonly name: string
  readonly bound: Bound
  /** The place that was asked for. */
  readonly place: Place
  /** Holds the listening socket. */
  readonly server: http.Server
  /** Judges requests by other rules from now on. */
  configure(access: AccessOptions): void
  /** Takes no more connections; what is being answered is. */
  close(): void
}

/** Answers are short and so are questions: who needs longer (ms), or sends more (bytes), wants something else. */
const QUESTION_MS = 5_000
const IDLE_MS = 15_000
const CHECKED_EVERY_MS = 1_000
const MAX_HEAD = 8 * 1024
const MAX_CONNECTIONS = 64

const ALWAYS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/**
 * Serves metrics, health, status and the page, at a place or on a socket that is open already. Rejects with a UserError where it
 * cannot listen.
 */
export async function startAdmin(
  place: Place,
  inherited: InheritedSocket | undefined,
  access: AccessOptions,
  sources: Sources,
  log: Log,
): Promise<Admin> {
  const { server, configure } = createServer(access, sources, log)
  const bound =
    inherited === undefined
      ? await open(server, place).catch((error: unknown) => {
          throw explain(error, place)
        })
      : adopt(server, inherited)
  return { name: hostPort(bound.address, bound.port), bound, place, server, configure, close: () => close(server) }
}

/** http.Server's own way would cut connections whose request is still on its way: those have until they are idle. */
function close(server: http.Server): void {
  net.Server.prototype.close.call(server)
  setTimeout(() => server.close(), IDLE_MS).unref()
}

function createServer(access: AccessOptions, sources: Sources, log: Log): Pick<Admin, 'server' | 'configure'> {
  let judge = createAccess(access)
  const endpoints = createEndpoints(sources)
  const server = http.createServer(
    {
      headersTimeout: QUESTION_MS,
      requestTimeout: QUESTION_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: CHECKED_EVERY_MS,
      maxHeaderSize: MAX_HEAD,
    },
    (request, response) => {
      const [path = '/'] = (request.url ?? '/').split('?')
      answerTo(endpoints, path, judge(request))
        .catch((error: unknown) => {
          log.error({ error: error instanceof Error ? error.stack : String(error), path }, 'admin request failed')
          return textAnswer(500, 'a fault of acr-proxy: its log has more')
        })
        .then((answer) => send(response, answer, request.headers['if-none-match'], server.listening))
        .catch(() => response.destroy())
    },
  )
  server.timeout = IDLE_MS
  server.maxConnections = MAX_CONNECTIONS
  // An accept that fails concerns that one client; unheard, it would end the process.
  server.on('error', () => {})
  return { server, configure: (changed) => void (judge = createAccess(changed)) }
}

/** Once it does not `keep` listening, who asks again is to ask elsewhere. */
function send(
  response: http.ServerResponse,
  { status, type, body, headers = {} }: Answer,
  known: string | undefined,
  keep: boolean,
): void {
  const always = { ...ALWAYS, ...(keep ? {} : { connection: 'close' }), ...headers }
  if (headers['etag'] !== undefined && headers['etag'] === known) {
    response.writeHead(304, always).end()
    return
  }
  response.writeHead(status, { ...always, 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'no permission for a port below 1024',
  EADDRNOTAVAIL: 'this host has no such address',
}

function explain(error: unknown, place: Place): UserError {
  const why = REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error))
  return new UserError(`cannot open the admin listener on ${hostPort(place.host ?? '', place.port)}: ${why}`, {
    hint: 'choose another place with --admin ADDRESS:PORT, or do without by --admin off',
    cause: error,
  })
}
