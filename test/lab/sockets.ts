import type { Place } from './enter.ts'
import { run } from './run.ts'

/** How many bytes of its established connections from `address` a machine knows to have arrived, in sum. */
export async function bytesAcknowledged(place: Place, address: string): Promise<number> {
  const said = await run(place, ['ss', '-Htni', 'state', 'established', 'src', address])
  return [...said.matchAll(/\bbytes_acked:(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0)
}
