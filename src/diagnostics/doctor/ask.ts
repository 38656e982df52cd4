import http from 'node:http'
import type { Socket } from 'node:net'
import { refusalIn } from './proxy-refusal.ts'
import { readSome } from './read-some.ts'
import { secure } from './secure.ts'
import type { Way } from './way.ts'
import { withDeadline } from './deadline.ts'

/** How long an answer may take from the request on, body and all (ms). */
const LIMIT_MS = 15_000
/** So much of a body is read (bytes), unless asked otherwise. */
const MAX_BODY = 64 * 1024

export interface Asked {
  readonly method?: 'GET' | 'POST'
  readonly headers?: http.OutgoingHttpHeaders
  readonly body?: string
  /** The rest of a longer body is left where it is. */
  readonly maxBody?: number
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  /** All of it. */
  readonly whole: boolean
}

/** One request on a connection of its own. Rejects with a ProxyRefusal where not the host answers but acr-proxy. */
export async function ask(way: Way, url: URL, asked: Asked, signal: AbortSignal): Promise<Answer> {
  const isSecure = url.protocol === 'https:'
  const opened = await way.open(url.hostname, portOf(url), signal)
  const socket = isSecure ? await secure(opened, url.hostname, signal) : opened
  try {
    const target = isSecure ? url.pathname + url.search : way.requestTarget(url)
    const answer = await withDeadline(signal, LIMIT_MS, 'no answer', (limited) =>
      exchange(socket, url.host, target, asked, limited),
    )
    const refusal = isSecure ? undefined : refusalIn(answer.body.toString())
    if (refusal !== undefined) throw refusal
    return answer
  } finally {
    socket.destroy()
    opened.destroy()
  }
}

export function portOf({ protocol, port }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

function exchange(
  socket: Socket,
  host: string,
  path: string,
  { method = 'GET', headers, body, maxBody = MAX_BODY }: Asked,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      createConnection: () => socket,
      method,
      path,
      headers: { host, 'user-agent': 'acr-proxy doctor', accept: '*/*', ...headers, connection: 'close' },
      signal,
    })
    request.once('error', reject)
    request.once('response', (response) => {
      const { statusCode: status = 0, headers } = response
      readSome(response, maxBody).then(({ bytes, whole }) => resolve({ status, headers, body: bytes, whole }), reject)
    })
    request.end(body)
  })
}
