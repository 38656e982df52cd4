import type { Measure } from './measure.ts'

/** So many bytes for each connection do not end before the round trips do. */
const ENDLESS = 2 ** 50
/** Connections of round trips, and of the downloads beside them. */
const PINGS = 4
const DOWNLOADS = 4

/** Round trips of 64 bytes on open connections, alone and while downloads take all the proxy can do. */
export const ping: Measure = {
  figures: () => [
    { key: 'ping-p50', title: 'Round trip, p50', unit: 'µs', better: 'less', headline: true },
    { key: 'ping-p99', title: 'Round trip, p99', unit: 'µs', better: 'less', headline: true },
    { key: 'ping-loaded-p50', title: 'Round trip beside downloads, p50', unit: 'µs', better: 'less' },
    { key: 'ping-loaded-p99', title: 'Round trip beside downloads, p99', unit: 'µs', better: 'less', headline: true },
  ],
  take: async ({ start, plan }) => {
    const subject = await start()
    const alone = await subject.load('ping', 1, plan.seconds)
    const downloads = subject.background('down', DOWNLOADS, ENDLESS)
    const beside = await subject.load('ping', PINGS, plan.seconds)
    await downloads.stop()
    return {
      values: {
        'ping-p50': alone.p50,
        'ping-p99': alone.p99,
        'ping-loaded-p50': beside.p50,
        'ping-loaded-p99': beside.p99,
      },
    }
  },
}
