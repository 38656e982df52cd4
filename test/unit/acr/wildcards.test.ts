import assert from 'node:assert/strict'
import test from 'node:test'
import { identify } from '../../../src/acr/hostnames.ts'
import { regions } from '../../../src/acr/regions.ts'
import { wildcardsOf } from '../../../src/acr/wildcards.ts'

function forms(region: string, open: Parameters<typeof wildcardsOf>[1]): readonly string[] {
  return wildcardsOf(region, open).map(({ before, after }) => `${before}*${after}`)
}

test('a region has wildcards for its instances and for the buckets that ACR names', () => {
  assert.deepEqual(forms('cn-beijing', { instances: true, buckets: false }), [
    '*-registry.cn-beijing.cr.aliyuncs.com',
    '*-registry-vpc.cn-beijing.cr.aliyuncs.com',
    '*-chart.cn-beijing.cr.aliyuncs.com',
    '*-chart-vpc.cn-beijing.cr.aliyuncs.com',
    'crpi-*.cn-beijing.personal.cr.aliyuncs.com',
    'crpi-*-vpc.cn-beijing.personal.cr.aliyuncs.com',
    'aliregistry*.oss-cn-beijing.aliyuncs.com',
    'cri-*-registry.oss-cn-beijing.aliyuncs.com',
    'aliregistry*.oss-cn-beijing-internal.aliyuncs.com',
    'cri-*-registry.oss-cn-beijing-internal.aliyuncs.com',
  ])
})

test('any bucket is one wildcard an endpoint', () => {
  assert.deepEqual(forms('cn-beijing', { instances: false, buckets: true }), [
    '*.oss-cn-beijing.aliyuncs.com',
    '*.oss-cn-beijing-internal.aliyuncs.com',
  ])
})

test('every name of a wildcard is what its example is, and its buckets are those of ACR', () => {
  for (const { id } of regions) {
    for (const { before, after, like } of wildcardsOf(id, { instances: true, buckets: false })) {
      const name = identify(`${before}q7${after}`)
      assert.deepEqual(
        [name?.form, name?.region, name?.network, name?.acrBucket],
        [like.form, id, like.network, like.role === 'oss'],
        before + after,
      )
    }
  }
})
