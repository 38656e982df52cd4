import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { identify, namesOf } from '../../../src/acr/hostnames.ts'
import { isRegionId, regions } from '../../../src/acr/regions.ts'

type Row = readonly [host: string, form: string, role: string, network: string, region: string]

const shapes: readonly Row[] = [
  ['registry.cn-beijing', 'registry', 'registry', 'public', 'cn-beijing'],
  ['registry-vpc.cn-beijing', 'registry-vpc', 'registry', 'vpc', 'cn-beijing'],
  ['registry-internal.cn-beijing', 'registry-internal', 'registry', 'classic', 'cn-beijing'],
  ['registry-intl.ap-southeast-1', 'registry-intl', 'registry', 'public', 'ap-southeast-1'],
  ['registry-intl-vpc.ap-southeast-1', 'registry-intl-vpc', 'registry', 'vpc', 'ap-southeast-1'],
  ['registry-vpc.cn-shenzhen-finance-1', 'registry-vpc', 'registry', 'vpc', 'cn-shenzhen-finance-1'],
  ['registry', 'registry-alias', 'registry', 'public', 'cn-hangzhou'],
  ['registry-cn-beijing.ack', 'ack', 'registry', 'public', 'cn-beijing'],
  ['registry-cn-beijing-vpc.ack', 'ack-vpc', 'registry', 'vpc', 'cn-beijing'],
  ['registry-cn-wuhan-lr-vpc.ack', 'ack-vpc', 'registry', 'vpc', 'cn-wuhan-lr'],
  ['dockerauth.cn-beijing', 'dockerauth', 'auth', 'public', 'cn-beijing'],
  ['dockerauth-vpc.cn-beijing', 'dockerauth-vpc', 'auth', 'vpc', 'cn-beijing'],
  ['dockerauth-ee.cn-beijing', 'dockerauth-ee', 'auth', 'public', 'cn-beijing'],
  ['dockerauth-ee-vpc.cn-beijing', 'dockerauth-ee-vpc', 'auth', 'vpc', 'cn-beijing'],
  ['dockerauth-cn-zhangjiakou', 'dockerauth-alias', 'auth', 'public', 'cn-zhangjiakou'],
  ['dockerauth', 'dockerauth-alias', 'auth', 'public', 'cn-hangzhou'],
  ['oss-cn-beijing', 'oss', 'oss', 'public', 'cn-beijing'],
  ['oss-cn-beijing-internal', 'oss-internal', 'oss', 'internal', 'cn-beijing'],
  ['oss-cn-hzjbp-b-internal', 'oss-internal', 'oss', 'internal', 'cn-hangzhou-finance'],
  ['oss-cn-szfinance', 'oss', 'oss', 'public', 'cn-shenzhen-finance-1'],
  ['oss-cn-shanghai-finance-1-pub-internal', 'oss-internal', 'oss', 'internal', 'cn-shanghai-finance-1'],
  ['cr.cn-beijing', 'cr', 'api', 'public', 'cn-beijing'],
  ['cr-vpc.cn-beijing', 'cr-vpc', 'api', 'vpc', 'cn-beijing'],
  ['registry.xx-newplace-7', 'registry', 'registry', 'public', 'xx-newplace-7'],
]

test('every shape without an instance or bucket is identified', () => {
  for (const [label, form, role, network, region] of shapes) {
    const host = `${label}.aliyuncs.com`
    const rest = { instance: undefined, bucket: undefined, acrBucket: false }
    assert.deepEqual(identify(host), { host, form, role, network, region, ...rest }, host)
  }
})

test('names of instances carry the instance, split at the last suffix', () => {
  const rows: readonly (readonly [label: string, form: string, instance: string])[] = [
    ['acme-registry.cn-beijing.cr', 'ee-registry', 'acme'],
    ['acme-registry-vpc.cn-beijing.cr', 'ee-registry-vpc', 'acme'],
    ['acme-chart.cn-beijing.cr', 'ee-chart', 'acme'],
    ['acme-chart-vpc.cn-beijing.cr', 'ee-chart-vpc', 'acme'],
    ['my-registry-registry.cn-beijing.cr', 'ee-registry', 'my-registry'],
    ['my-registry-registry-vpc.cn-beijing.cr', 'ee-registry-vpc', 'my-registry'],
    ['my-registry-vpc-registry.cn-beijing.cr', 'ee-registry', 'my-registry-vpc'],
    ['my-registry-chart.cn-beijing.cr', 'ee-chart', 'my-registry'],
    ['my-chart-registry.cn-beijing.cr', 'ee-registry', 'my-chart'],
    ['a-registry.cn-hangzhou-finance.cr', 'ee-registry', 'a'],
    ['crpi-6cbpv9nw.cn-beijing.personal.cr', 'personal', 'crpi-6cbpv9nw'],
    ['crpi-6cbpv9nw-vpc.cn-beijing.personal.cr', 'personal-vpc', 'crpi-6cbpv9nw'],
  ]
  for (const [label, form, instance] of rows) {
    const name = identify(`${label}.aliyuncs.com`)
    assert.deepEqual([name?.form, name?.instance], [form, instance], label)
    assert.equal(name?.role, form.includes('chart') ? 'chart' : 'registry')
    assert.equal(name?.network, label.includes('-vpc.') ? 'vpc' : 'public')
  }
})

test('names of buckets carry the bucket, and say whether it is named as ACR names its own', () => {
  const rows: readonly (readonly [label: string, bucket: string, acrBucket: boolean])[] = [
    ['aliregistry.oss-cn-hangzhou', 'aliregistry', true],
    ['aliregistry-cn-shanghai.oss-cn-shanghai-internal', 'aliregistry-cn-shanghai', true],
    ['cri-0a1b2c-registry.oss-cn-beijing-internal', 'cri-0a1b2c-registry', true],
    ['xaliregistry.oss-cn-hangzhou', 'xaliregistry', false],
    ['cri-registry.oss-cn-hangzhou', 'cri-registry', false],
    ['cri--registry.oss-cn-hangzhou', 'cri--registry', false],
    ['xcri-0a1b2c-registry.oss-cn-hangzhou', 'xcri-0a1b2c-registry', false],
    ['cri-0a1b2c-registryx.oss-cn-hangzhou', 'cri-0a1b2c-registryx', false],
    ['registry.oss-cn-beijing', 'registry', false],
    ['my-bucket.oss-cn-hzfinance', 'my-bucket', false],
  ]
  for (const [label, bucket, acrBucket] of rows) {
    const name = identify(`${label}.aliyuncs.com`)
    assert.deepEqual([name?.role, name?.bucket, name?.acrBucket], ['oss', bucket, acrBucket], label)
    assert.equal(name?.form, label.endsWith('-internal') ? 'oss-bucket-internal' : 'oss-bucket')
  }
})

test('names that only look like ACR are not identified', () => {
  const names = [
    '',
    'aliyuncs.com',
    '.aliyuncs.com',
    '..aliyuncs.com',
    'registry..aliyuncs.com',
    '.registry.aliyuncs.com',
    'registry.cn-beijing.aliyuncs.com.',
    'registry-vpc.cn-beijing.aliyuncs.com.evil.com',
    'registry.cn-beijing.aliyuncs.com.evil',
    'registry.cn-beijing.evilaliyuncs.com',
    'registry.cn-beijing.aliyuncs.comx',
    'registry.cn-beijing.aliyuncs.co',
    'evilregistry.cn-beijing.aliyuncs.com',
    'registry-evil.cn-beijing.aliyuncs.com',
    'evil.registry.cn-beijing.aliyuncs.com',
    'registry.cn-beijing.cr.aliyuncs.com',
    '-registry.cn-beijing.cr.aliyuncs.com',
    'acme-registry.cn-beijing.aliyuncs.com',
    'acme-registry-internal.cn-beijing.cr.aliyuncs.com',
    'acme-registry.cn-beijing.xcr.aliyuncs.com',
    'acme-registryx.cn-beijing.cr.aliyuncs.com',
    'evil.acme-registry.cn-beijing.cr.aliyuncs.com',
    'acme-registry.cn-beijing.personal.cr.aliyuncs.com',
    'crpi-.cn-beijing.personal.cr.aliyuncs.com',
    'crpi-1.cn-beijing.evil.cr.aliyuncs.com',
    'crpi-1.cn-beijing.personal.evil.aliyuncs.com',
    'crpi-1.cn-beijing.personal.cr.evil.aliyuncs.com',
    'acme-registry.cn-beijing.cr.evil.aliyuncs.com',
    'xcrpi-1.cn-beijing.personal.cr.aliyuncs.com',
    'evil.crpi-1.cn-beijing.personal.cr.aliyuncs.com',
    'registry-cn-beijing.aliyuncs.com',
    'registry-.ack.aliyuncs.com',
    'registry-vpc.ack.aliyuncs.com',
    'registry-cn-beijing-internal.ack.aliyuncs.com',
    'dockerauth-cn-beijing.aliyuncs.com',
    'dockerauth-vpc.aliyuncs.com',
    'registry-vpc.aliyuncs.com',
    'registry.beijing.aliyuncs.com',
    'registry.cn-beijing-vpc.aliyuncs.com',
    'cr.aliyuncs.com',
    'oss.aliyuncs.com',
    'oss-accelerate.aliyuncs.com',
    'b.oss-accelerate.aliyuncs.com',
    'b.oss-accelerate-overseas.aliyuncs.com',
    'b.cn-beijing-internal.oss-data-acc.aliyuncs.com',
    'b.oss-data-acc.aliyuncs.com',
    'a.b.oss-cn-beijing.aliyuncs.com',
    'cn-beijing.oss.aliyuncs.com',
    'aliregistry.oss-cn-hangzhou-finance.aliyuncs.com',
    'aliregistry.oss-cn-hangzhou.evil.com',
    'ecs.cn-beijing.aliyuncs.com',
    'registry.cn-beijing.aliyuncs.com\0.evil.com',
    'registry\0.cn-beijing.aliyuncs.com',
    'acme\0-registry.cn-beijing.cr.aliyuncs.com',
    '*-registry.cn-beijing.cr.aliyuncs.com',
    '*.oss-cn-beijing.aliyuncs.com',
    'aliregistry*.oss-cn-hangzhou.aliyuncs.com',
    'aliregistry\n.oss-cn-hangzhou.aliyuncs.com',
    'registry.cn-beijing\n.aliyuncs.com',
    'acmé-registry.cn-beijing.cr.aliyuncs.com',
    'REGISTRY.cn-beijing.aliyuncs.com',
    'constructor.cn-beijing.aliyuncs.com',
    'constructor.aliyuncs.com',
  ]
  for (const name of names) assert.equal(identify(name), undefined, JSON.stringify(name))
})

test('a region has its names, with those of its instances and buckets', () => {
  const names = namesOf('cn-zhangjiakou', { instances: ['acme', 'crpi-1a2b'], buckets: ['*', 'mine'] })
  assert.deepEqual(
    names.map(({ host }) => host.replace(/\.aliyuncs\.com$/, '')),
    [
      'registry.cn-zhangjiakou',
      'registry-vpc.cn-zhangjiakou',
      'registry-internal.cn-zhangjiakou',
      'registry-intl.cn-zhangjiakou',
      'registry-intl-vpc.cn-zhangjiakou',
      'dockerauth-vpc.cn-zhangjiakou',
      'dockerauth-ee.cn-zhangjiakou',
      'dockerauth-ee-vpc.cn-zhangjiakou',
      'cr.cn-zhangjiakou',
      'cr-vpc.cn-zhangjiakou',
      'dockerauth-cn-zhangjiakou',
      'registry-cn-zhangjiakou.ack',
      'registry-cn-zhangjiakou-vpc.ack',
      'acme-registry.cn-zhangjiakou.cr',
      'acme-registry-vpc.cn-zhangjiakou.cr',
      'acme-chart.cn-zhangjiakou.cr',
      'acme-chart-vpc.cn-zhangjiakou.cr',
      'crpi-1a2b.cn-zhangjiakou.personal.cr',
      'crpi-1a2b-vpc.cn-zhangjiakou.personal.cr',
      'oss-cn-zhangjiakou',
      'aliregistry-cn-zhangjiakou.oss-cn-zhangjiakou',
      'mine.oss-cn-zhangjiakou',
      'oss-cn-zhangjiakou-internal',
      'aliregistry-cn-zhangjiakou.oss-cn-zhangjiakou-internal',
      'mine.oss-cn-zhangjiakou-internal',
    ],
  )
})

test('cn-hangzhou has the aliases and the bucket without a region', () => {
  const hosts = new Set(namesOf('cn-hangzhou').map(({ host }) => host))
  for (const host of ['registry', 'dockerauth', 'dockerauth.cn-hangzhou', 'aliregistry.oss-cn-hangzhou-internal']) {
    assert.ok(hosts.has(`${host}.aliyuncs.com`), host)
  }
})

test('a region does not claim names that belong to another', () => {
  const names = namesOf('cn-hzfinance')
  assert.ok(names.length > 0)
  assert.deepEqual(new Set(names.map(({ region }) => region)), new Set(['cn-hzfinance']))
})

const word = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?$/)
const regionIds = fc.oneof(
  fc.constantFrom(...regions.map(({ id }) => id)),
  fc
    .stringMatching(/^[a-z]{2}(-[a-z0-9]{1,8}){1,3}$/)
    .filter(isRegionId)
    // Endpoints of finance regions: these would be names of another region.
    .filter((id) => !/^cn-(?:hzfinance|szfinance|hzjbp-b|[a-z]+-finance-1-pub)$/.test(id)),
)

test('every name of every region is identified as that region, with its instance and bucket', () => {
  for (const { id } of regions) {
    const endpoints = namesOf(id).filter(({ role }) => role === 'oss').length / 2
    // Ten regional labels at least, two for ACK, four for the instance; an endpoint, its own bucket and the listed one.
    assert.ok(namesOf(id, { instances: ['acme'], buckets: ['mine'] }).length >= 16 + 3 * endpoints, id)
  }
  fc.assert(
    fc.property(regionIds, word, word, (region, instance, bucket) => {
      const names = namesOf(region, { instances: [instance], buckets: [bucket] })
      for (const name of names) {
        assert.deepEqual(identify(name.host), name)
        assert.equal(name.region, region)
        if (name.instance !== undefined) assert.equal(name.instance, instance)
      }
      const suffixes = instance.startsWith('crpi-') ? 0 : 4
      assert.ok(names.filter((name) => name.instance === instance).length >= suffixes)
      assert.ok(names.some((name) => name.bucket === bucket && name.host.startsWith(`${bucket}.oss-`)))
    }),
  )
})

test('nothing outside aliyuncs.com is ever identified, and no input throws', () => {
  const label = fc.constantFrom(
    'registry',
    'registry-vpc',
    'a-registry',
    'cn-beijing',
    'cr',
    'personal',
    'oss-cn-beijing',
    'ack',
  )
  const hosts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(label, fc.string({ maxLength: 5 })), { maxLength: 6 }).map((labels) => labels.join('.')),
    fc
      .tuple(fc.array(label, { maxLength: 5 }), fc.string({ maxLength: 8 }))
      .map(([labels, end]) => `${labels.join('.')}.aliyuncs.com${end}`),
  )
  fc.assert(
    fc.property(hosts, (host) => {
      const name = identify(host)
      if (name !== undefined) assert.match(host, /^[a-z0-9.-]+\.aliyuncs\.com$/)
    }),
    { numRuns: 2000 },
  )
})
