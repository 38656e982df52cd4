import { once } from 'node:events'
import { createServer as createPlain } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTls } from 'node:https'
import { portOf } from '../upstream.ts'
import type { Scope } from '../scope.ts'

/** Answers one request; an answer it cannot give any more (the client is gone) may reject. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

/** A service of the region, listening on an address of its own. */
export interface Service {
  readonly address: string
  /** What stands for 443. */
  readonly tlsPort: number
  /** What stands for 80; undefined where the service has no plain side. */
  readonly plainPort: number | undefined
}

/** Serves `handler` over TLS, and over plain HTTP too if `plain`, on free ports of `address`. */
export async function serve(
  t: Scope,
  {
    address,
    identity,
    handler,
    plain,
  }: { address: string; identity: { cert: string; key: string }; handler: Handler; plain: boolean },
): Promise<Service> {
  const listener = (request: IncomingMessage, response: ServerResponse) => void answer(handler, request, response)
  const tlsPort = await listen(t, createTls({ ...identity, minVersion: 'TLSv1.2' }, listener), address)
  const plainPort = plain ? await listen(t, createPlain(listener), address) : undefined
  return { address, tlsPort, plainPort }
}

async function answer(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await handler(request, response)
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy()
    else response.writeHead(500, { 'content-type': 'text/plain' }).end(`${String(error)}\n`)
  }
}

async function listen(t: Scope, server: Server, address: string): Promise<number> {
  // A transfer under a slow reader may take as long as it likes.
  server.requestTimeout = 0
  server.on('tlsClientError', () => {})
  server.listen(0, address)
  await once(server, 'listening')
  t.after(async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  })
  return portOf(server.address())
}
