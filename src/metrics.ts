import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** From a cache hit to a dead server's limit (s). */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15]

export type Direction = 'up' | 'down'

/** Every metric of the proxy. Names and labels are declared API. */
export interface Metrics {
  readonly registry: Registry
  readonly connections: Counter<'role' | 'outcome'>
  readonly open: Gauge
  readonly bytes: Counter<'direction' | 'role'>
  readonly refusals: Counter<'reason'>
  readonly resolveSeconds: Histogram<'role'>
  readonly connectSeconds: Histogram<'role'>
  readonly lookups: Counter<'result'>
  readonly exhausted: Counter
  readonly reloads: Counter<'outcome'>
  /** Calls back before each scrape, for what is counted only then. */
  onScrape(callback: () => void): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const callbacks: (() => void)[] = []
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    connections: new Counter({
      name: 'acr_proxy_connections_total',
      help: 'Connections and forwarded requests that ended, by role of the host and outcome.',
      labelNames: ['role', 'outcome'],
      registers,
      // The first that is asked for.
      collect: () => callbacks.forEach((callback) => callback()),
    }),
    open: new Gauge({ name: 'acr_proxy_connections_open', help: 'Connections open now.', registers }),
    bytes: new Counter({
      name: 'acr_proxy_bytes_total',
      help: 'Bytes relayed: up towards ACR, down towards clients.',
      labelNames: ['direction', 'role'],
      registers,
    }),
    refusals: new Counter({
      name: 'acr_proxy_refusals_total',
      help: 'Connections refused, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    resolveSeconds: new Histogram({
      name: 'acr_proxy_resolve_seconds',
      help: 'Time to resolve a host, cache hits included.',
      labelNames: ['role'],
      buckets: SECONDS,
      registers,
    }),
    connectSeconds: new Histogram({
      name: 'acr_proxy_connect_seconds',
      help: 'Time to connect to the upstream, all attempts together.',
      labelNames: ['role'],
      buckets: SECONDS,
      registers,
    }),
    lookups: new Counter({
      name: 'acr_proxy_dns_lookups_total',
      help: 'DNS look-ups answered from the cache (hit), by a server (miss), or by an expired answer because no server answered (stale).',
      labelNames: ['result'],
      registers,
    }),
    exhausted: new Counter({
      name: 'acr_proxy_descriptor_exhaustion_total',
      help: 'Times that no file descriptor was left.',
      registers,
    }),
    reloads: new Counter({
      name: 'acr_proxy_reloads_total',
      help: 'Reloads of the configuration, by outcome (ok, failed).',
      labelNames: ['outcome'],
      registers,
    }),
    onScrape: (callback) => void callbacks.push(callback),
  }
}
