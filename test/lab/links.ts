import { z } from 'zod'
import type { Place } from './enter.ts'
import { run } from './run.ts'

const Links = z.array(
  z.object({
    stats64: z.object({ rx: z.object({ packets: z.number() }), tx: z.object({ packets: z.number() }) }),
  }),
)

/** How many packets have come in and gone out by a link of a machine. */
export async function packetsOn(place: Place, link: string): Promise<number> {
  const [seen] = Links.parse(JSON.parse(await run(place, ['ip', '-json', '-stats', 'link', 'show', link])))
  if (seen === undefined) throw new Error(`no link ${link}`)
  return seen.stats64.rx.packets + seen.stats64.tx.packets
}
