import http from 'node:http'
import { hostPort } from '../host-port.ts'
import { codeOf, UserError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type AccessOptions, createAccess } from './access.ts'
import { type Answer, textAnswer } from './answer.ts'
import { answerTo, createEndpoints, type Sources } from './endpoints.ts'

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

/** Serves metrics, health and status. Rejects with a UserError where it cannot listen. */
export async function startAdmin({ listen, ...access }: AdminOptions, sources: Sources, log: Log): Promise<Admin> {
  const judge = createAccess(access)
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
        .then((answer) => send(response, answer))
        .catch(() => response.destroy())
    },
  )
  server.timeout = IDLE_MS
  server.maxConnections = MAX_CONNECTIONS
  await open(server, listen)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address and a port')
  return {
    name: hostPort(address.address, address.port),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function send(response: http.ServerResponse, { status, type, body, headers }: Answer): void {
  response.writeHead(status, {
    ...ALWAYS,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}

function open(server: http.Server, { host, port }: AdminOptions['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(explain(error, hostPort(host ?? '', port)))
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
