import net from 'node:net'
import type { TestContext } from 'node:test'
import { type Client, SocketClient } from '../../../../src/proxy/client.ts'
import type { Engine, Offer, Relay, RelayEnd, Upstream } from '../../../../src/proxy/engine/engine.ts'
import { race } from '../../../../src/proxy/race.ts'
import { deferred } from '../../../deferred.ts'
import { listenTcp } from '../../../upstream.ts'

export interface Pair {
  readonly client: net.Socket
  readonly upstream: net.Socket
  /** The accepted socket, as the relay was given it. */
  readonly near: net.Socket
  /** What the relay began from. */
  readonly far: Upstream
  readonly relay: Relay
}

export interface CoupleOptions {
  readonly head?: string
  readonly idleMs?: number
  readonly greeting?: string | undefined
}

/** What an engine is asked to couple. */
export function offer(
  client: Client,
  head: string,
  { idleMs = 60_000, greeting }: Pick<CoupleOptions, 'idleMs' | 'greeting'> = {},
): Offer {
  return { client, head: Buffer.from(head), idleMs, greeting, onCoupling: () => {} }
}

/** How a relay ends. */
export function endOf(relay: Relay): Promise<RelayEnd> {
  return new Promise((resolve) => relay.onEnd(resolve))
}

/** Two real connections coupled by a relay, seen from their far ends. */
export async function couple(
  t: TestContext,
  engine: Engine,
  { head = '', idleMs = 60_000, greeting }: CoupleOptions = {},
): Promise<Pair> {
  const upstreamEnd = deferred<net.Socket>()
  const service = await listenTcp(t, upstreamEnd.resolve)
  const accepted = deferred<net.Socket>()
  const listener = await listenTcp(t, (socket) => accepted.resolve(socket.pause()))
  const client = net.connect({ host: listener.address, port: listener.port, allowHalfOpen: true })
  t.after(() => void client.destroy())
  client.on('error', () => {})
  const target = { address: service.address, port: service.port, source: undefined }
  const { won } = await race([engine.connect(target, 5_000)], 250, 5_000).result
  if (won === undefined) throw new Error('the service is not reached')
  const near = await accepted.promise
  const relay = won.value.relay(offer(new SocketClient(near), head, { idleMs, greeting }))
  return { client, upstream: await upstreamEnd.promise, near, far: won.value, relay }
}
