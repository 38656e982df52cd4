import { TLSSocket } from 'node:tls'
import type { Handler } from './serve.ts'

/** One request as a service of the region saw it. */
export interface SeenRequest {
  readonly service: string
  readonly scheme: 'http' | 'https'
  /** The name in the ClientHello; undefined over plain HTTP. */
  readonly serverName: string | undefined
  /** The Host header. */
  readonly host: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** The scheme of its Authorization header: `Basic`, `Bearer`; undefined where there is none. */
  readonly credentials: string | undefined
  /** Where the connection came from. */
  readonly from: string
}

/** `handler`, with every request put down in `seen` first. */
export function recordRequests(seen: SeenRequest[], service: string, handler: Handler): Handler {
  return (request, response) => {
    const { socket } = request
    const secure = socket instanceof TLSSocket
    const name = secure && 'servername' in socket ? socket.servername : undefined
    seen.push({
      service,
      scheme: secure ? 'https' : 'http',
      serverName: typeof name === 'string' ? name : undefined,
      host: request.headers.host ?? '',
      method: request.method ?? '',
      path: request.url ?? '',
      credentials: request.headers.authorization?.split(' ')[0],
      from: `${socket.remoteAddress}:${socket.remotePort}`,
    })
    return handler(request, response)
  }
}
