import { once } from 'node:events'
import net from 'node:net'
import { deferred } from '../../deferred.ts'
import type { Scope } from '../../scope.ts'
import { listenTcp } from '../../upstream.ts'

/** The two ends of a connection; `near` is the accepted one, not yet read from, as a listener hands it over. */
export async function socketPair(t: Scope): Promise<{ readonly near: net.Socket; readonly far: net.Socket }> {
  const accepted = deferred<net.Socket>()
  const { address, port } = await listenTcp(t, accepted.resolve)
  const far = net.connect({ host: address, port, allowHalfOpen: true, noDelay: true })
  t.after(() => void far.destroy())
  await once(far, 'connect')
  far.on('error', () => {})
  return { near: await accepted.promise, far }
}
