import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { configSchema } from '../../../src/config/schema.ts'
import type { Config } from '../../../src/config/schema.ts'
import { createMetrics } from '../../../src/metrics.ts'
import { createStreamEngine } from '../../../src/proxy/engine/stream.ts'
import { createProxy } from '../../../src/proxy/proxy.ts'
import { descriptorsFallTo, descriptorsOf } from '../../e2e/process-state.ts'
import { collectGarbage } from '../../gc.ts'

const WARM_UP = 100
const TIMES = 1000
/** What all of them together may leave in the heap (bytes); a generation that stays takes 20 KiB and more. */
const MOST = 1024 * 1024

/** A configuration in whose stages everything is there that could be left behind: another each time, so that nothing is reused. */
function configOf(i: number): Config {
  const listen = ['127.0.0.1:0', ...(i % 2 === 0 ? ['127.0.0.2:0'] : [])]
  const resolver = { servers: [`127.0.0.9:${5000 + (i % 1000)}`] }
  return configSchema.parse({ region: 'cn-beijing', listen, resolver, allow: { clients: ['127.0.0.0/8'] } })
}

test('a thousand configurations, one after another, leave neither memory nor descriptors', async (t) => {
  const proxy = createProxy(createStreamEngine(), pino({ level: 'silent' }), createMetrics(), () => undefined)
  t.after(() => {
    void proxy.drain()
    proxy.close('stopped')
  })
  const measure = async (times: number) => {
    for (let i = 0; i < times; i++) {
      await proxy.configure(configOf(i))
      if (i % 50 === 0) await proxy.readiness()
    }
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
    return { heap: process.memoryUsage().heapUsed, descriptors: descriptorsOf(process.pid) }
  }
  const before = await measure(WARM_UP)
  const after = await measure(TIMES)
  t.diagnostic(`${Math.round((after.heap - before.heap) / 1024)} KiB after ${TIMES} configurations`)
  assert.ok(after.heap - before.heap < MOST, `${after.heap - before.heap} bytes`)
  await descriptorsFallTo(process.pid, before.descriptors)
})
