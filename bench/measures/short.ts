import type { Measure } from './measure.ts'
import { holdIdle } from './hold-idle.ts'
import { watched } from './transfer.ts'

/** Short connections: connect, hello, a checked answer, close; by themselves, and beside others that stand idle. */
export const short: Measure = {
  figures: ({ lasting }) => [
    { key: 'rate', title: 'Short connections', unit: '1/s', better: 'more', headline: true },
    { key: 'rate-cpu', title: 'CPU of a short connection', unit: 'µs', better: 'less', headline: true },
    { key: 'rate-p99', title: 'Short connection, p99', unit: 'ms', better: 'less' },
    { key: 'short-proxy-busy', title: 'Processor of the proxy busy in short connections', unit: '%' },
    { key: 'short-load-busy', title: 'Processors of the load busy in short connections', unit: '%' },
    { key: 'rate-beside', title: `Short connections beside ${lasting} idle`, unit: '1/s', better: 'more' },
    { key: 'rate-beside-p99', title: `Short connection beside ${lasting} idle, p99`, unit: 'ms', better: 'less' },
  ],
  take: async ({ start, plan }) => {
    const subject = await start()
    // What is compiled as it runs has then been compiled.
    await subject.load('short', plan.short, plan.seconds)
    const { result, cpu, proxyBusy, loadBusy } = await watched(subject, 'short', plan.short, plan.seconds)
    const held = await holdIdle(subject, plan.lasting)
    const beside = await subject.load('short', plan.short, plan.seconds)
    await held.stop()
    return {
      values: {
        rate: result.exchanges / result.seconds,
        'rate-cpu': cpu && (cpu / result.exchanges) * 1e6,
        'rate-p99': result.p99 / 1000,
        'short-proxy-busy': subject.pid && proxyBusy,
        'short-load-busy': loadBusy,
        'rate-beside': beside.exchanges / beside.seconds,
        'rate-beside-p99': beside.p99 / 1000,
      },
    }
  },
}
