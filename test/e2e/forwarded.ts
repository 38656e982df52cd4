import type { Socket } from 'node:net'
import type { Scope } from '../scope.ts'
import { listenTcp } from '../upstream.ts'
import { REGISTRY } from './carried.ts'
import { converse } from './conversation.ts'
import type { Conversation } from './conversation.ts'
import { startProxy } from './proxy.ts'
import type { ReadyProxy } from './proxy.ts'
import { dial } from './wire.ts'

/** The end of an HTTP head. */
export const HEAD = /\r\n\r\n/

/** One forwarded request as its upstream sees it: the head, and the rest of the connection. */
export interface Arrival {
  readonly head: string
  readonly heard: Conversation
  readonly socket: Socket
}

type OnArrival = (arrival: Arrival) => void | Promise<void>

export interface Forwarding {
  readonly proxy: ReadyProxy
  /** A client's connection to the proxy, and what it hears there. */
  readonly client: Socket
  readonly heard: Conversation
}

/** A proxy that forwards the requests for each name to a raw upstream of its own, and one client of it. */
export async function startForwarding(
  t: Scope,
  upstreams: Readonly<Record<string, OnArrival>> | OnArrival,
  config: object = {},
): Promise<Forwarding> {
  const byName = typeof upstreams === 'function' ? { [REGISTRY]: upstreams } : upstreams
  const hosts: Record<string, string> = {}
  for (const [name, onArrival] of Object.entries(byName)) {
    const { address, port } = await listenTcp(t, (socket) => void arrive(socket, onArrival))
    hosts[name] = `${address}:${port}`
  }
  const proxy = await startProxy(t, { config: { region: 'cn-beijing', hosts, ...config } })
  const client = await dial(t, proxy.endpoint)
  return { proxy, client, heard: converse(client) }
}

async function arrive(socket: Socket, onArrival: OnArrival): Promise<void> {
  const heard = converse(socket)
  await onArrival({ head: await heard.until(HEAD, 'a request arrives'), heard, socket })
}

/** The head of a request for a path of `host`, in absolute form, with further `fields` (each `Name: value`). */
export function requestFor(
  host: string,
  { method = 'GET', path = '/', fields = [] as readonly string[] } = {},
): string {
  return `${[`${method} http://${host}${path} HTTP/1.1`, `Host: ${host}`, ...fields].join('\r\n')}\r\n\r\n`
}

/** An answer with a body of known length. */
export function answerWith(body: string, fields: readonly string[] = [], status = '200 OK'): string {
  return `${[`HTTP/1.1 ${status}`, ...fields, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`
}

/** The values of all fields called `name`, in order. */
export function fieldsOf(head: string, name: string): string[] {
  return [...head.matchAll(new RegExp(`^${name}: ?(.*)\\r$`, 'gim'))].map(([, value = '']) => value)
}

/** The body that these chunks frame; where they are cut is nobody's business. */
export function unchunk(framed: string): string {
  let body = ''
  for (let at = 0; at < framed.length;) {
    const start = framed.indexOf('\r\n', at) + 2
    const size = Number.parseInt(framed.slice(at, start), 16)
    body += framed.slice(start, start + size)
    at = start + size + 2
  }
  return body
}
