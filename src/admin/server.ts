import http from 'node:http'
import { codeOf, UserError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type AccessOptions, createAccess } from './access.ts'
import { type Answer, textAnswer } from './answer.ts'
import { answerTo, createEndpoints, type Sources } from './endpoints.ts'
import { createHistory, SAMPLE_MS, type Sums } from './history.ts'

/** An admin listener that is open. */
export interface Admin {
  /** `address:port` as bound. */
  readonly name: string
  /** Cuts what is still being answered. */
  close(): void
}

export interface AdminOptions extends AccessOptions {
  /** No host means all addresses, IPv6 and IPv4. */
  readonly listen: { readonly host: string | undefined; readonly port: number }
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

/** What the admin listener shows: the throughput it keeps itself, from sums. */
export interface Shown extends Omit<Sources, 'history'> {
  readonly sums: () => Sums
}

/** Serves metrics, health, status and the page. Rejects with a UserError where it cannot listen. */
export async function startAdmin(
  { listen, ...access }: AdminOptions,
  { sums, ...sources }: Shown,
  log: Log,
): Promise<Admin> {
  const judge = createAccess(access)
  const history = createHistory()
  const endpoints = createEndpoints({ ...sources, history: () => history.read() })
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
        .then((answer) => send(response, answer, request.headers['if-none-match']))
        .catch(() => response.destroy())
    },
  )
  server.timeout = IDLE_MS
  server.maxConnections = MAX_CONNECTIONS
  await open(server, listen)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address and a port')
  const sample = (): void => history.add(sums(), Date.now(), performance.now())
  sample()
  const sampling = setInterval(sample, SAMPLE_MS).unref()
  return {
    name: nameOf(address.address, address.port),
    close() {
      clearInterval(sampling)
      server.close()
      server.closeAllConnections()
    },
  }
}

function send(
  response: http.ServerResponse,
  { status, type, body, headers = {} }: Answer,
  known: string | undefined,
): void {
  if (headers['etag'] !== undefined && headers['etag'] === known) {
    response.writeHead(304, { ...ALWAYS, ...headers }).end()
    return
  }
  response.writeHead(status, {
    ...ALWAYS,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}

function nameOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function open(server: http.Server, { host, port }: AdminOptions['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(explain(error, nameOf(host ?? '', port)))
    server.once('error', failed)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.removeListener('error', failed)
      resolve()
    })
  })
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'no permission for a port below 1024',
  EADDRNOTAVAIL: 'this host has no such address',
}

function explain(error: Error, where: string): UserError {
  return new UserError(`cannot open the admin listener on ${where}: ${REASONS[codeOf(error)] ?? error.message}`, {
    hint: 'choose another place with --admin ADDRESS:PORT, or do without by --admin off',
    cause: error,
  })
}
