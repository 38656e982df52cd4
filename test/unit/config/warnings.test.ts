import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from './given.ts'

const R = 'region: cn-beijing\n'

const cases: readonly (readonly [string, RegExp])[] = [
  [`${R}resolver: { routes: [10.0.0.0/8] }`, /^resolver\.routes has no effect with resolver\.kind vpc$/],
  [`${R}resolver: { module: ./x.mjs }`, /^resolver\.module has no effect with resolver\.kind vpc$/],
  [`${R}allow: { buckets: "*" }`, /^allow\.buckets is "\*": clients reach any OSS bucket/],
  [`${R}allow: { clients: [] }`, /^allow\.clients is empty/],
  [`${R}allow: { instances: [] }`, /^allow\.instances is empty/],
  [`${R}listen: { address: ":1", proxyProtocol: true, trusted: 0.0.0.0/0 }`, /^listen trusts every network/],
  [
    'region: cn-moonbase-1',
    /^region cn-moonbase-1 is not known: its host names follow the usual formula; OSS ranges are unknown$/,
  ],
  ['region: [cn-beijing, cn-nanjing]', /^region cn-nanjing is being closed$/],
  ['region: ap-south-1', /^region ap-south-1 is closed$/],
  ['region: cn-zhongwei', /^region cn-zhongwei: ACR is not confirmed there; host names follow the usual formula$/],
  [
    `${R}hosts: { registry.example.com: 192.0.2.1 }`,
    /^hosts has no effect on registry\.example\.com: not a name of ACR, .* to admit it, add .* to "allow\.hosts" in /,
  ],
  [
    `${R}hosts: { acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com: 192.0.2.1 }`,
    /^hosts has no effect on acme-registry-vpc\.cn-hangzhou\.cr\.aliyuncs\.com: region cn-hangzhou is not configured; /,
  ],
  [
    `${R}allow: { instances: [acme, crpi-0a1b-vpc] }`,
    /^allow\.instances has no effect for crpi-0a1b-vpc: no host name of an instance has it$/,
  ],
  [`${R}allow: { instances: ${'a'.repeat(60)} }`, /^allow\.instances has no effect for a{60}: /],
]

for (const [file, warning] of cases) {
  test(`said out loud: ${warning.source}`, (t) => {
    const { warnings } = load(t, { file })
    assert.equal(warnings.length, 1)
    assert.match(warnings.join('\n'), warning)
  })
}

test('an ordinary configuration makes no warning', (t) => {
  const file = `
region: [cn-beijing, cn-hangzhou-finance, cn-beijing-finance-1]
allow: { clients: [10.0.0.0/8], instances: [acme, acme-registry, crpi-0a1b], buckets: [mine], hosts: ["*.example.com"] }
hosts:
  acme-registry-vpc.cn-beijing.cr.aliyuncs.com: 192.168.3.7
  mine.oss-cn-beijing-internal.aliyuncs.com: 192.168.3.8
  registry.example.com: 192.168.3.9:8443
`
  assert.deepEqual(load(t, { file }).warnings, [])
})
