import { request as requestPlain } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { request as requestTls } from 'node:https'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Endpoint } from '../upstream.ts'

/** How a client gets at hosts: what it connects to instead of `host` and `port` (443 or 80), and the CA it trusts (PEM). */
export interface Reach {
  readonly connectTo: (host: string, port: number) => Endpoint
  readonly ca: string
}

export interface Asked {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Buffer | Readable | undefined
}

/** A connection that moves nothing for so long (ms) is given up. */
const IDLE = 30_000

/**
 * One request on a connection of its own, with the URL's host in SNI and Host whatever the connection leads to. Resolves with the
 * head of the answer, the body still to be read; rejects with the error of the connection.
 */
export async function exchange(
  { connectTo, ca }: Reach,
  url: URL,
  { method = 'GET', headers, body }: Asked = {},
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:'
  const { address, port } = connectTo(url.hostname, Number(url.port) || (secure ? 443 : 80))
  const options = {
    host: address,
    port,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { host: url.host, ...headers },
    // Connections through a proxy must not be shared between hosts, and an agent tells them apart by address alone.
    agent: false,
    timeout: IDLE,
  }
  const request = secure ? requestTls({ ...options, servername: url.hostname, ca }) : requestPlain(options)
  request.on('timeout', () => request.destroy(new Error(`${method} ${url.href}: nothing moved for ${IDLE} ms`)))
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    // What fails after the answer's head shows in the answer itself.
    request.on('error', reject)
  })
  if (body === undefined || Buffer.isBuffer(body)) {
    request.end(body)
    return answered
  }
  // A server may answer before the body is through; a body that fails destroys the request, and `answered` rejects with its error.
  pipeline(body, request).catch(() => {})
  return answered
}

/** Throws, with the body of the answer, unless its status is one of `statuses`. */
export async function expectStatus(
  response: IncomingMessage,
  statuses: readonly number[],
  what: string,
): Promise<void> {
  if (response.statusCode !== undefined && statuses.includes(response.statusCode)) return
  const body = await text(response)
  throw new Error(`${what}: ${response.statusCode}, not ${statuses.join(' or ')}: ${body.slice(0, 500)}`)
}

/** Reads the rest of an answer that nobody needs, so that its connection ends in order. */
export async function discard(response: IncomingMessage): Promise<void> {
  await text(response)
}
