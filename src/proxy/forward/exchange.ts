import http from 'node:http'
import type { Socket } from 'node:net'
import { codeOf } from '../../errors.ts'
import type { ConnectionRecord } from '../account.ts'
import type { RelayEnd, Side } from '../engine/engine.ts'
import { keepAlive } from '../engine/keepalive.ts'
import { reset } from '../reset.ts'
import { Refusal, REFUSALS, refusalText } from '../reject.ts'
import { endToEnd, foreignCoding, type RequestTarget } from './head.ts'

/**
 * Carries one request to a connected upstream and its answer back, bodies streamed both ways. Resolves when the answer
 * has been sent, or was cut: then by a reset, so that it cannot look complete.
 */
export function exchange(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  target: RequestTarget,
  upstream: Socket,
  record: ConnectionRecord,
  idleMs: number,
): Promise<RelayEnd> {
  return new Promise((resolve) => {
    let cause: RelayEnd | undefined
    const cut = (endedBy: Side, reason: string): void => {
      if (cause !== undefined) return
      cause = { endedBy, reason }
      upstream.destroy()
      if (endedBy === 'upstream' && !response.headersSent) {
        answer(
          request,
          response,
          new Refusal('connect-failed', `${record.host ?? ''} closed the connection: ${reason}`),
        )
      } else reset(request.socket)
    }
    record.counters = countersOf(upstream)
    record.holder = { abort: (reason) => cut('proxy', reason) }
    keepAlive(request.socket)
    keepAlive(upstream)
    upstream.setTimeout(idleMs, () => cut('proxy', 'idle-timeout'))
    request.once('close', () => {
      if (!request.complete) cut('client', 'closed')
    })
    response.once('close', () => {
      if (!response.writableFinished) cut('client', 'closed')
      upstream.destroy()
      resolve(cause ?? { endedBy: 'upstream', reason: 'end' })
    })

    const outgoing = http.request({
      createConnection: () => upstream,
      method: request.method ?? 'GET',
      path: target.path,
      headers: ['Host', target.authority, ...endToEnd(request.rawHeaders, ['host']), 'Connection', 'close'],
      setHost: false,
    })
    outgoing.on('error', (error) => cut('upstream', codeOf(error)))
    outgoing.on('continue', () => response.writeContinue())
    outgoing.on('response', (incoming) => {
      if (foreignCoding(incoming) !== undefined) return cut('upstream', 'transfer-coding')
      response.sendDate = false
      response.writeHead(
        incoming.statusCode ?? 502,
        incoming.statusMessage ?? '',
        endToEnd(incoming.rawHeaders, ['transfer-encoding']),
      )
      incoming.on('error', (error) => cut('upstream', codeOf(error)))
      incoming.once('end', () => {
        // An early answer leaves a body that nobody wants: read it away, so that the connection can go on.
        request.unpipe(outgoing)
        request.resume()
      })
      incoming.pipe(response)
    })
    // A client that expects 100 sends no body before the head has been answered.
    outgoing.flushHeaders()
    request.pipe(outgoing)
  })
}

/**
 * A refusal as an ordinary answer. The connection goes on, and what is left of the request is read away: a close with
 * unread bytes would be a reset, which overtakes the answer.
 */
export function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { reason, message }: Refusal,
): void {
  const text = refusalText(reason, message)
  response.writeHead(Number(REFUSALS[reason].status.slice(0, 3)), {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    ...(reason === 'draining' ? { Connection: 'close' } : {}),
  })
  response.end(text)
  request.resume()
}

function countersOf(upstream: Socket): NonNullable<ConnectionRecord['counters']> {
  return {
    get bytesUp() {
      return upstream.bytesWritten
    },
    get bytesDown() {
      return upstream.bytesRead
    },
  }
}
