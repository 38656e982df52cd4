import type { Client } from './client.ts'
import { goodbye, type Refusal } from './reject.ts'

/** How long a refused client may take to read its goodbye and leave (ms). */
const LINGER_MS = 2_000

/** Refused before a byte was read: to be rid of at once, since it is their number that hurts. */
const ABRUPT: ReadonlySet<Refusal['reason']> = new Set([
  'too-many-connections',
  'too-many-from-client',
  'too-many-peeking',
  'out-of-descriptors',
  'client-not-allowed',
  'untrusted-proxy-source',
])

/**
 * Sends the refusal's last bytes and closes, reading on meanwhile what the client still sends: a close with unread bytes
 * would be a reset, which overtakes the goodbye. Resolves when the client is gone.
 */
export async function sayGoodbye(client: Client, refusal: Refusal): Promise<void> {
  const bytes = goodbye(refusal)
  if (client.lost || (bytes === undefined && ABRUPT.has(refusal.reason))) return client.close()
  const socket = await client.socket()
  if (socket.closed) return
  await new Promise<void>((resolve) => {
    const limit = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => {
      clearTimeout(limit)
      resolve()
    })
    socket.on('data', () => {})
    socket.end(bytes ?? Buffer.alloc(0))
    socket.resume()
  })
}
