import assert from 'node:assert/strict'
import { isIPv4 } from 'node:net'
import { test } from 'node:test'
import { findOssEndpoint, ossEndpoints, ossRanges } from '../../../src/acr/oss.ts'
import { regions } from '../../../src/acr/regions.ts'

const hostsOf = (region: string): readonly string[] => ossEndpoints(region).map(({ host }) => host)

test('a regular region has a public and an internal endpoint', () => {
  assert.deepEqual(ossEndpoints('cn-beijing'), [
    { host: 'oss-cn-beijing.aliyuncs.com', network: 'public' },
    { host: 'oss-cn-beijing-internal.aliyuncs.com', network: 'internal' },
  ])
})

test('a region missing from the table has the endpoints of the formula and no ranges', () => {
  assert.deepEqual(hostsOf('ap-east-9'), ['oss-ap-east-9.aliyuncs.com', 'oss-ap-east-9-internal.aliyuncs.com'])
  assert.deepEqual(ossRanges('ap-east-9'), [])
  assert.deepEqual(ossRanges('constructor'), [])
})

test('finance regions have the endpoints of the table, not of the formula', () => {
  assert.deepEqual(hostsOf('cn-hangzhou-finance'), [
    'oss-cn-hzjbp-b-internal.aliyuncs.com',
    'oss-cn-hzfinance.aliyuncs.com',
    'oss-cn-hzfinance-internal.aliyuncs.com',
  ])
  assert.deepEqual(hostsOf('cn-shanghai-finance-1'), [
    'oss-cn-shanghai-finance-1-internal.aliyuncs.com',
    'oss-cn-shanghai-finance-1-pub.aliyuncs.com',
    'oss-cn-shanghai-finance-1-pub-internal.aliyuncs.com',
  ])
  assert.deepEqual(hostsOf('cn-shenzhen-finance-1'), [
    'oss-cn-shenzhen-finance-1-internal.aliyuncs.com',
    'oss-cn-szfinance.aliyuncs.com',
    'oss-cn-szfinance-internal.aliyuncs.com',
  ])
  assert.deepEqual(hostsOf('cn-beijing-finance-1'), [
    'oss-cn-beijing-finance-1-internal.aliyuncs.com',
    'oss-cn-beijing-finance-1-pub.aliyuncs.com',
    'oss-cn-beijing-finance-1-pub-internal.aliyuncs.com',
  ])
})

test('ranges of all rows of a region come together, each once', () => {
  assert.equal(ossRanges('cn-beijing').length, 6)
  assert.deepEqual(ossRanges('cn-shanghai-finance-1'), ['100.115.105.0/24', '100.100.36.8/32', '100.100.36.24/32'])
  assert.deepEqual(ossRanges('eu-west-1'), ['100.114.114.128/25'])
  assert.deepEqual(ossRanges('cn-north-2-gov-1'), [])
})

test('every range is a network inside 100.64.0.0/10', () => {
  for (const { id } of regions) {
    for (const range of ossRanges(id)) {
      const [address = '', prefix] = range.split('/')
      const [first, second] = address.split('.').map(Number)
      assert.ok(isIPv4(address) && Number(prefix) >= 24 && Number(prefix) <= 32, range)
      assert.ok(first === 100 && second !== undefined && second >= 64 && second <= 127, range)
    }
  }
})

test('every endpoint is told back as its own region and network', () => {
  for (const { id } of [...regions, { id: 'ap-east-9' }]) {
    for (const endpoint of ossEndpoints(id)) {
      assert.deepEqual(findOssEndpoint(endpoint.host), { ...endpoint, region: id }, endpoint.host)
    }
  }
})

test('a name the formula would give a finance region is not its endpoint', () => {
  assert.equal(findOssEndpoint('oss-cn-hangzhou-finance.aliyuncs.com'), undefined)
  assert.equal(findOssEndpoint('oss-cn-beijing-finance-1.aliyuncs.com'), undefined)
  assert.equal(findOssEndpoint('oss-rg-china-mainland-internal.aliyuncs.com'), undefined)
})

test('acceleration endpoints and other services of OSS are not of any region', () => {
  for (const name of [
    'oss-accelerate',
    'oss-accelerate-overseas',
    'oss-data-acc',
    'oss',
    'oss-',
    'oss-internal',
    'oss-cn',
  ]) {
    assert.equal(findOssEndpoint(`${name}.aliyuncs.com`), undefined, name)
  }
  for (const host of [
    'oss-xx-place-7-aliyuncs.com',
    'oss-xx-place-7.aliyuncs.com.evil',
    'b.oss-xx-place-7.aliyuncs.com',
  ]) {
    assert.equal(findOssEndpoint(host), undefined, host)
  }
  assert.equal(findOssEndpoint('oss-xx-place-7.aliyuncs.com')?.region, 'xx-place-7')
})
