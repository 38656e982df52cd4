import http from 'node:http'
import { hostPort } from '../host-port.ts'
import type { AdminConfig } from '../config/schema.ts'
import { adminToken } from '../config/token-file.ts'
import { codeOf, UserError } from '../errors.ts'

/** How long an answer may take (ms), and how much it may be (characters): there is a bound to every list in it. */
const LIMIT_MS = 5_000
const MAX_BODY = 8_000_000

export interface AdminAnswer {
  /** Where it came from, as `address:port`. */
  readonly where: string
  readonly status: number
  readonly value: unknown
}

/** Asks the admin listener of a running proxy for JSON. Rejects with a UserError where it cannot be had. */
export async function askAdmin(admin: AdminConfig, path: string): Promise<AdminAnswer> {
  if (admin.listen === undefined) {
    throw new UserError('the admin listener is off', { hint: 'turn it on, or say where it is with --admin' })
  }
  const { port } = admin.listen
  const host = reachable(admin.listen.host)
  const where = hostPort(host, port)
  const token = adminToken(admin)
  const { status, body } = await get({
    host,
    port,
    path,
    agent: false,
    timeout: LIMIT_MS,
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  }).catch((error: unknown) => {
    throw new UserError(`no acr-proxy answers at ${where}: ${codeOf(error)}`, {
      hint: 'start it, or say where its admin listener is with --admin',
      cause: error,
    })
  })
  const value = parse(body)
  if (status === 401 || (value === undefined && /^(not )?ready\n$/.test(body))) {
    throw new UserError(`the acr-proxy at ${where} wants its token`, { hint: 'give it with --admin-token-file FILE' })
  }
  if (value !== undefined && (status === 200 || status === 503)) return { where, status, value }
  throw new UserError(`what answers at ${where} is no acr-proxy`, {
    hint: 'say where its admin listener is with --admin',
  })
}

/** The address by which a listener on all addresses is asked from its own host. */
function reachable(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

function get(options: http.RequestOptions): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.get(options, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        body += text
        if (body.length > MAX_BODY) request.destroy(Object.assign(new Error(), { code: 'too much' }))
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      response.on('error', reject)
    })
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })))
    request.on('error', reject)
  })
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
