import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import type { ReadyProxy } from './proxy.ts'

/** What a proxy that was started with a report module reports when it is asked for the `nth` time. */
export async function reported<T>({ signal, stderr }: ReadyProxy, nth: number, schema: z.ZodType<T>): Promise<T> {
  signal('SIGWINCH')
  const limit = performance.now() + 20_000
  for (;;) {
    const line = stderr().split('\n')[nth - 1]
    if (line !== undefined && line.endsWith('}')) return schema.parse(JSON.parse(line))
    if (performance.now() > limit) throw new Error(`no report: ${stderr()}`)
    await delay(20)
  }
}
