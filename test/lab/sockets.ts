import type { Place } from './enter.ts'
import { run } from './run.ts'

/** How many bytes of its established connections from `address` a machine knows to have arrived, in sum. */
export async function bytesAcknowledged(place: Place, address: string): Promise<number> {
  const said = await run(place, ['ss', '-Htni', 'state', 'established', 'src', address])
  return [...said.matchAll(/\bbytes_acked:(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0)
}

/** The peers (`ADDRESS:PORT`) of connections that a machine has not closed yet. */
export async function peersOf(place: Place): Promise<ReadonlySet<string>> {
  const lines = (await run(place, ['ss', '-Htan'])).split('\n').map((line) => line.trim().split(/\s+/))
  const open = lines.filter(([state = '']) => state !== 'LISTEN' && state !== 'TIME-WAIT')
  // A socket that listens for IPv6 as well has its IPv4 peers as [::ffff:192.0.2.1]:443.
  return new Set(open.map(([, , , , peer = '']) => peer.replace(/^\[::ffff:(.*)\]/, '$1')))
}
