import assert from 'node:assert/strict'
import test from 'node:test'
import type { Flags } from '../../../src/config/environment-and-flags.ts'
import { amendmentsFor } from '../../../src/diagnostics/amendments.ts'
import { nearestNames } from '../../../src/diagnostics/nearest.ts'
import { configured } from './configured.ts'

/** What is typed, what is refused, and the lists that would admit it. */
const cases: readonly (readonly [Flags, string, Readonly<Record<string, readonly string[]>>])[] = [
  [{}, 'registry-vpc.cn-shanghai.aliyuncs.com', { region: ['cn-beijing', 'cn-shanghai'] }],
  [{}, 'mine.oss-cn-beijing-internal.aliyuncs.com', { 'allow.buckets': ['mine'] }],
  [
    { 'allow-buckets': ['other'] },
    'mine.oss-cn-shanghai-internal.aliyuncs.com',
    { region: ['cn-beijing', 'cn-shanghai'], 'allow.buckets': ['other', 'mine'] },
  ],
  [{}, 'aliregistry.oss-cn-hangzhou.aliyuncs.com', { region: ['cn-beijing', 'cn-hangzhou'] }],
  [
    { 'allow-instances': ['acme'] },
    'beta-registry-vpc.cn-beijing.cr.aliyuncs.com',
    { 'allow.instances': ['acme', 'beta'] },
  ],
  [{}, 'registry.example.com', { 'allow.hosts': ['registry.example.com'] }],
]

for (const [flags, host, lists] of cases) {
  test(`${host} would be admitted by ${Object.keys(lists).join(' and ')}`, () => {
    const found = amendmentsFor(host, 443, configured(flags).config)
    assert.deepEqual(Object.fromEntries(found.map(({ key, values }) => [key, values])), lists)
  })
}

test('a region that is a slip of the keyboard is not to be added', () => {
  assert.deepEqual(amendmentsFor('registry-vpc.cn-bejing.aliyuncs.com', 443, configured().config), [])
})

test('no list admits another port', () => {
  for (const host of ['registry-vpc.cn-beijing.aliyuncs.com', 'registry.example.com'])
    assert.deepEqual(amendmentsFor(host, 22, configured().config), [])
})

test('the nearest names are admitted ones that the resolver believes, the nearest first', () => {
  assert.equal(
    nearestNames('registri-vpc.cn-beijing.aliyuncs.com', configured().config)[0],
    'registry-vpc.cn-beijing.aliyuncs.com',
  )
  const { config } = configured({ resolver: ['public'] })
  assert.equal(nearestNames('registri-vpc.cn-beijing.aliyuncs.com', config)[0], 'registry.cn-beijing.aliyuncs.com')
  assert.deepEqual(nearestNames('docker.io', config), [])
})
