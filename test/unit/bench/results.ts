import type { ResultFigure, Results } from '../../../bench/results.ts'

const FIGURES: readonly ResultFigure[] = [
  { key: 'down', title: 'Bulk download', unit: 'Gbit/s', better: 'more', headline: true },
  { key: 'down-cpu', title: 'CPU of a download', unit: 's/GiB', better: 'less', headline: true },
  { key: 'busy', title: 'Processor of the proxy busy', unit: '%' },
]

/** Results of a run of three rounds, in which acr-proxy takes half of nginx's time. */
export function exampleResults(changes: Partial<Results> = {}): Results {
  return {
    format: 1,
    takenAt: '2026-11-24T20:00:00.000Z',
    quick: false,
    rounds: 3,
    machine: {
      cpu: 'Example CPU (x64)',
      cpus: 2,
      memory: '8 GiB',
      kernel: '6.1.0',
      system: 'Debian GNU/Linux 12',
      node: 'v20.20.2',
      compiler: 'cc 12',
      layout: 'proxy on processor 0, load on 1',
      descriptors: 65_536,
      load: 0.1,
    },
    proxies: [
      { name: 'raw', version: 'no proxy', own: false },
      { name: 'nginx', version: '1.22.1', own: false },
      { name: 'acr-stream', version: '0.1.0 (Node 20.20.2)', own: true },
    ],
    absent: [{ name: 'sniproxy', why: 'not installed' }],
    disqualified: [],
    notes: [],
    figures: FIGURES,
    samples: {
      raw: { down: [40, 41, 39] },
      nginx: { down: [10, 30, 11], 'down-cpu': [0.8, 0.7, 0.9], busy: [99, 98, 100] },
      'acr-stream': { down: [22, 20, 24], 'down-cpu': [0.4, 0.5, 0.3], busy: [99, 98, 100] },
    },
    memory: { nginx: [[0, 10]] },
    ...changes,
  }
}
