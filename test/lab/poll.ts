import { setTimeout as delay } from 'node:timers/promises'

/** How often it is looked (ms). */
const INTERVAL = 100

/** Looks until `look` gives something; rejects after `ms` milliseconds, saying what was waited for. */
export async function poll<T>(look: () => Promise<T | undefined>, label: string, ms = 30_000): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (performance.now() > end) throw new Error(`${label}: not within ${ms} ms`)
    // What other machines do sends no event here.
    await delay(INTERVAL)
  }
}
