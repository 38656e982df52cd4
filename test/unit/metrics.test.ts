import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Metrics } from '../../src/metrics.ts'
import { createMetrics } from '../../src/metrics.ts'
import type { RelayEnd } from '../../src/proxy/engine/engine.ts'
import { Refusal } from '../../src/proxy/reject.ts'
import { keepAccounts, ROUTE } from './proxy/records.ts'

const CLIENT = { address: '192.0.2.1', port: 50_000 }

/** The samples of the proxy's own metrics that are not 0, as a scrape shows them. */
async function scrape({ registry }: Metrics): Promise<Record<string, number>> {
  const samples: Record<string, number> = {}
  for (const line of (await registry.metrics()).split('\n')) {
    const [, name, value] = /^(acr_proxy_\S+(?:\{.*\})?) (\S+)$/.exec(line) ?? []
    if (name !== undefined && !name.includes('_bucket') && Number(value) !== 0) samples[name] = Number(value)
  }
  return samples
}

test('every metric has the name and the labels that are declared', async () => {
  const described = await createMetrics().registry.getMetricsAsJSON()
  assert.deepEqual(
    described.filter(({ name }) => name.startsWith('acr_proxy_')).map(({ name, type }) => `${String(type)} ${name}`),
    [
      'counter acr_proxy_connections_total',
      'gauge acr_proxy_connections_open',
      'counter acr_proxy_bytes_total',
      'counter acr_proxy_refusals_total',
      'histogram acr_proxy_resolve_seconds',
      'histogram acr_proxy_connect_seconds',
      'counter acr_proxy_dns_lookups_total',
      'counter acr_proxy_descriptor_exhaustion_total',
      'counter acr_proxy_reloads_total',
    ],
  )
  assert.ok(described.some(({ name }) => name === 'process_open_fds'))
})

test('open connections count while they are open', async () => {
  const { accounts, metrics } = keepAccounts()
  const records = ['1', '2', '3'].map((id) => accounts.open(id, 'l', CLIENT, () => {}))
  assert.deepEqual(await scrape(metrics), { acr_proxy_connections_open: 3 })
  for (const record of records) accounts.dismiss(record)
  assert.deepEqual(await scrape(metrics), {}, 'what is dismissed is no outcome')
})

test('a connection that ends counts once by role and outcome, a refused one by its reason too', async () => {
  const { accounts, metrics } = keepAccounts()
  const ends: readonly RelayEnd[] = [
    { endedBy: 'client', reason: 'end' },
    { endedBy: 'upstream', reason: 'end' },
    { endedBy: 'upstream', reason: 'ECONNRESET' },
    { endedBy: 'client', reason: 'EPIPE' },
    { endedBy: 'proxy', reason: 'idle-timeout' },
  ]
  for (const end of ends) {
    const record = accounts.open('1', 'l', CLIENT, () => {})
    record.route = ROUTE
    accounts.ended(record, end)
    accounts.ended(record, end)
  }
  accounts.lost(accounts.open('2', 'l', CLIENT, () => {}))
  accounts.refused(
    accounts.open('3', 'l', CLIENT, () => {}),
    new Refusal('no-name', 'w'),
  )
  assert.deepEqual(await scrape(metrics), {
    'acr_proxy_connections_total{role="registry",outcome="completed"}': 2,
    'acr_proxy_connections_total{role="registry",outcome="reset"}': 2,
    'acr_proxy_connections_total{role="registry",outcome="idle-timeout"}': 1,
    'acr_proxy_connections_total{role="none",outcome="reset"}': 1,
    'acr_proxy_connections_total{role="none",outcome="refused"}': 1,
    'acr_proxy_refusals_total{reason="no-name"}': 1,
  })
})

test('bytes are counted at each scrape while they move, and each once', async () => {
  const { accounts, metrics } = keepAccounts()
  const record = accounts.open('1', 'l', CLIENT, () => {})
  record.route = { ...ROUTE, role: 'oss' }
  const counters = { bytesUp: 0, bytesDown: 0 }
  record.counters = counters
  const [up, down] = ['up', 'down'].map((way) => `acr_proxy_bytes_total{direction="${way}",role="oss"}`)
  assert.ok(up !== undefined && down !== undefined)
  for (const [bytesUp, bytesDown] of [
    [100, 0],
    [100, 7],
    [150, 9],
  ] as const) {
    Object.assign(counters, { bytesUp, bytesDown })
    const samples = await scrape(metrics)
    assert.deepEqual([samples[up], samples[down] ?? 0], [bytesUp, bytesDown])
  }
  Object.assign(counters, { bytesUp: 151, bytesDown: 10 })
  accounts.ended(record, { endedBy: 'client', reason: 'end' })
  const samples = await scrape(metrics)
  assert.deepEqual([samples[up], samples[down]], [151, 10])
})

test('the times to resolve and to connect are observed in seconds by role, where there were any', async () => {
  const { accounts, metrics } = keepAccounts()
  const record = accounts.open('1', 'l', CLIENT, () => {})
  record.route = ROUTE
  record.resolveMs = 250
  record.connectMs = 4000
  accounts.ended(record, { endedBy: 'client', reason: 'end' })
  accounts.refused(
    accounts.open('2', 'l', CLIENT, () => {}),
    new Refusal('no-name', 'w'),
  )
  const samples = await scrape(metrics)
  assert.equal(samples['acr_proxy_resolve_seconds_sum{role="registry"}'], 0.25)
  assert.equal(samples['acr_proxy_resolve_seconds_count{role="registry"}'], 1)
  assert.equal(samples['acr_proxy_connect_seconds_sum{role="registry"}'], 4)
  assert.equal(samples['acr_proxy_connect_seconds_count{role="registry"}'], 1)
  assert.equal(Object.keys(samples).filter((name) => name.includes('_count{')).length, 2)
})

test('look-ups count by result, and exhausted descriptors by themselves', async () => {
  const metrics = createMetrics()
  for (const result of ['hit', 'miss', 'stale', 'hit']) metrics.lookups.inc({ result })
  metrics.exhausted.inc()
  assert.deepEqual(await scrape(metrics), {
    'acr_proxy_dns_lookups_total{result="hit"}': 2,
    'acr_proxy_dns_lookups_total{result="miss"}': 1,
    'acr_proxy_dns_lookups_total{result="stale"}': 1,
    acr_proxy_descriptor_exhaustion_total: 1,
  })
})

test('two registries do not know of each other', async () => {
  const [one, other] = [createMetrics(), createMetrics()]
  one.open.inc()
  assert.deepEqual(await scrape(other), {})
})
