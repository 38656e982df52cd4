import http from 'node:http'
import { text } from 'node:stream/consumers'
import { deadline } from '../deadline.ts'
import type { Endpoint } from '../upstream.ts'
import { logged } from './logged.ts'
import { parseEndpoint } from './proxy.ts'
import type { ProxyProcess } from './proxy.ts'

/** The keys of a configuration that open an admin listener on a free port. */
export const WITH_ADMIN = { admin: { listen: '127.0.0.1:0' } }

/** Where a proxy's admin listener is, as its log says. */
export async function adminOf(proxy: ProxyProcess): Promise<Endpoint> {
  return parseEndpoint(String((await logged(proxy, 'admin listening'))['admin']))
}

export interface Told {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What the admin listener answers, on a connection of its own. */
export async function get({ address, port }: Endpoint, path: string, question: Question = {}): Promise<Told> {
  const request = http.request({ host: address, port, path, agent: false, ...question })
  request.end()
  const arrived = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
  const response = await deadline(arrived, `an answer to ${path}`)
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }
}

/** The parsed answer of /status or /readyz. */
export async function getJson(admin: Endpoint, path: string): Promise<Record<string, unknown>> {
  const value: unknown = JSON.parse((await get(admin, path)).body)
  return Object.fromEntries(Object.entries(Object(value)))
}

/** Asks `path` until the answer is `accepted`, of which nothing else tells; rejects with the last answer. */
export async function getUntil(admin: Endpoint, path: string, accepted: (told: Told) => boolean): Promise<Told> {
  const limit = performance.now() + 30_000
  for (;;) {
    const told = await get(admin, path)
    if (accepted(told)) return told
    if (performance.now() > limit) throw new Error(`${path} still says ${told.status} ${told.body}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
