import { request as requestPlain } from 'node:http'
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { request as requestTls } from 'node:https'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Endpoint } from '../upstream.ts'
import { tunnel } from './tunnel.ts'

/**
 * How a client gets at hosts: what it connects to instead of `host` and `port` (443 or 80), and the CA it trusts (PEM). With `forward`
 * that is a proxy in the sense of HTTP_PROXY and HTTPS_PROXY: https by CONNECT, http in absolute form.
 */
export interface Reach {
  readonly forward?: boolean
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
  reach: Reach,
  url: URL,
  { method = 'GET', headers, body }: Asked = {},
): Promise<IncomingMessage> {
  const request = await open(reach, url, { method, headers: { host: url.host, ...headers } })
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

/** The request itself, still to be sent. */
async function open(
  { connectTo, ca, forward = false }: Reach,
  url: URL,
  { method, headers }: { method: string; headers: OutgoingHttpHeaders },
): Promise<ClientRequest> {
  const secure = url.protocol === 'https:'
  const { address, port } = connectTo(url.hostname, secure ? 443 : 80)
  const path = `${url.pathname}${url.search}`
  const options = { host: address, port, path, method, headers, timeout: IDLE }
  if (secure && forward) {
    const socket = await tunnel({ address, port }, { host: url.hostname, ca })
    return requestPlain({ ...options, createConnection: () => socket })
  }
  // Connections through a proxy must not be shared between hosts, and an agent tells them apart by address alone.
  if (secure) return requestTls({ ...options, agent: false, servername: url.hostname, ca })
  return requestPlain({ ...options, agent: false, path: forward ? url.href : path })
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
