import type { Measure } from './measure.ts'
import { transfer } from './transfer.ts'

/** Large transfers over a few connections, one way and the other. */
export const bulk: Measure = {
  figures: () => [
    { key: 'down', title: 'Bulk download', unit: 'Gbit/s', better: 'more', headline: true },
    { key: 'up', title: 'Bulk upload', unit: 'Gbit/s', better: 'more', headline: true },
    { key: 'down-cpu', title: 'CPU of a download', unit: 's/GiB', better: 'less', headline: true },
    { key: 'up-cpu', title: 'CPU of an upload', unit: 's/GiB', better: 'less', headline: true },
    { key: 'bulk-proxy-busy', title: 'Processor of the proxy busy in bulk', unit: '%' },
    { key: 'bulk-load-busy', title: 'Processors of the load busy in bulk', unit: '%' },
  ],
  take: async ({ start, plan }) => {
    const subject = await start()
    const down = await transfer(subject, 'down', plan.bulk, plan)
    const up = await transfer(subject, 'up', plan.bulk, plan)
    return {
      values: {
        down: down.speed,
        up: up.speed,
        'down-cpu': down.cpu,
        'up-cpu': up.cpu,
        'bulk-proxy-busy': subject.pid && (down.proxyBusy + up.proxyBusy) / 2,
        'bulk-load-busy': (down.loadBusy + up.loadBusy) / 2,
      },
    }
  },
}
