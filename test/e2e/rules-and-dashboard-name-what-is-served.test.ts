import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { REFUSALS } from '../../src/proxy/reject.ts'
import { deadline } from '../deadline.ts'
import { createClient, throughProxy } from '../region/client.ts'
import { createLayer } from '../region/layers.ts'
import { startRegion } from '../region/region.ts'
import { createScope } from '../scope.ts'
import { adminOf, get, WITH_ADMIN } from './admin.ts'
import { ask } from './ask.ts'
import { readExpression, readScrape } from './expressions.ts'
import type { Used } from './expressions.ts'
import { helloFor } from './hellos.ts'
import { logged } from './logged.ts'
import { startProxy } from './proxy.ts'

/** What Prometheus adds to every series: of the target, and of its pod. */
const OF_TARGET = ['job', 'instance', 'namespace', 'pod']
/** What Prometheus makes itself. */
const OF_PROMETHEUS = 'up'

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[]
}

interface Dashboard {
  readonly templating: {
    readonly list: readonly { readonly type: string; readonly query: string | { readonly query: string } }[]
  }
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
  readonly panels: readonly Panel[]
}

interface Panel {
  readonly id: number
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

function read(name: string): string {
  return readFileSync(new URL(`../../../config/${name}`, import.meta.url), 'utf8')
}

const rules: Rules = parse(read('prometheus/acr-proxy.rules.yaml'))
const dashboard: Dashboard = JSON.parse(read('grafana/acr-proxy.json'))

/** A scrape of a proxy that has carried and refused something. */
let scrape: ReturnType<typeof readScrape>
const scope = createScope()
after(() => scope.close())
before(async () => {
  const region = await startRegion(scope)
  const proxy = await startProxy(scope, { config: region.proxyConfig(WITH_ADMIN) })
  const client = createClient({ connectTo: throughProxy(proxy.endpoint), ca: region.ca.pem }, region.user)
  const image = { host: region.names.registry, repository: 'team/app', tag: 'v1' }
  await deadline(client.push(image, [createLayer(700, 'a')]), 'push')
  await ask(scope, proxy.endpoint, helloFor('registry-vpc.cn-shanghai.aliyuncs.com'))
  proxy.signal('SIGHUP')
  await logged(proxy, 'reloaded')
  scrape = readScrape((await get(await adminOf(proxy), '/metrics')).body)
})

/** Everything must be there: metric, labels, and what their values may be. */
function check({ expression, metrics, labels, values }: Used): void {
  const known = new Set(OF_TARGET)
  for (const metric of metrics.filter((name) => name !== OF_PROMETHEUS)) {
    const ofMetric = scrape.get(metric)
    assert.ok(ofMetric, `${metric} is not served: ${expression}`)
    for (const label of ofMetric.keys()) known.add(label)
  }
  for (const label of labels) assert.ok(known.has(label), `${label} is no label: ${expression}`)
  for (const [label, value] of values) {
    if (label === 'reason') assert.ok(value in REFUSALS, `${value} is no refusal: ${expression}`)
    if (label === 'direction') assert.match(value, /^(up|down)$/)
    if (label === 'result') assert.match(value, /^(hit|miss|stale)$/)
    if (label === 'job') assert.equal(value, 'acr-proxy')
  }
}

test('every metric and label that an alert names is served', () => {
  const expressions = rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr))
  assert.ok(expressions.length > 0)
  for (const expression of expressions) check(readExpression(expression))
})

test('every metric and label that the dashboard names is served', () => {
  const targets = dashboard.panels.flatMap((panel) => panel.targets ?? [])
  assert.ok(targets.length > 0)
  for (const { expr, legendFormat } of targets) {
    const used = readExpression(expr)
    const shown = Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label = '']) => label)
    check({ ...used, labels: [...used.labels, ...shown] })
  }
  for (const { expr } of dashboard.annotations.list) check(readExpression(expr))
  for (const { type, query } of dashboard.templating.list) {
    if (type !== 'query' || typeof query === 'string') continue
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query.query) ?? []
    const used = readExpression(selector)
    check({ ...used, labels: [...used.labels, label] })
  }
})

test('the metric by which Kubernetes may scale is served', () => {
  const component: { readonly patches: readonly { readonly patch: string }[] } = parse(
    read('kubernetes/scale-by-connections/kustomization.yaml'),
  )
  const names = component.patches.flatMap(({ patch }) =>
    Array.from(patch.matchAll(/metric: \{ name: (\w+) \}/g), ([, name]) => name),
  )
  assert.deepEqual(names, ['acr_proxy_connections_open'])
  assert.ok(read('kubernetes/scale-by-connections/adapter-values.yaml').includes(`'${names[0]}{`))
  assert.ok(scrape.has('acr_proxy_connections_open'))
})

test('panels have ids of their own, and none lies on another', () => {
  const { panels } = dashboard
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
    assert.ok(x + w <= 24)
    return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`)
  })
  assert.equal(new Set(cells).size, cells.length)
})

test('what is misspelt is found', () => {
  for (const wrong of [
    'acr_proxy_connection_open{job="acr-proxy"}',
    'acr_proxy_refusals_total{cause="loop"}',
    'acr_proxy_refusals_total{reason="lop"}',
    'sum by (host) (acr_proxy_connections_open)',
    'sum(acr_proxy_connections_open',
  ]) {
    assert.throws(() => check(readExpression(wrong)), Error, wrong)
  }
})
