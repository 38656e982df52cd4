import assert from 'node:assert/strict'
import test from 'node:test'
import { checkBucket, checkHost, checkHostPattern, checkInstance, checkRegion } from '../../../src/config/names.ts'

const tables = [
  {
    check: checkRegion,
    good: ['cn-beijing', 'ap-southeast-1', 'cn-wuhan-lr', 'xx-new-9'],
    bad: ['', 'beijing', 'cn beijing', 'CN-BEIJING', 'cn-', '*'],
  },
  {
    check: checkHost,
    good: ['registry.example.com', 'a', 'xn--bcher-kva.example'],
    bad: [
      '',
      '10.0.0.1',
      '::1',
      'a_b',
      '-a.com',
      'a..b',
      'https://a.com',
      'a.com:443',
      'a.123',
      'a.com/x',
      `${'a'.repeat(64)}.com`,
    ],
  },
  {
    check: checkHostPattern,
    good: ['registry.example.com', '*.example.com'],
    bad: ['*', '*.', '*.com', '*example.com', 'a.*.com', '**.example.com'],
  },
  {
    check: checkInstance,
    good: ['acme', 'acme-registry', 'a1'],
    bad: ['', '*', 'acme.cn-beijing', 'acme-registry.cn-beijing.cr.aliyuncs.com', '-acme'],
  },
  { check: checkBucket, good: ['my-bucket', '*'], bad: ['', 'my-*', 'my-bucket.oss-cn-beijing.aliyuncs.com'] },
]

for (const { check, good, bad } of tables) {
  for (const text of good) {
    test(`${check.name} admits ${text} as it is`, () => {
      assert.deepEqual(check(text), { ok: true, value: text })
    })
  }
  for (const text of bad) {
    test(`${check.name} refuses ${JSON.stringify(text)}`, () => {
      assert.equal(check(text).ok, false)
    })
  }
}

test('a host name loses its case and its trailing dot', () => {
  assert.deepEqual(checkHost('Registry.Example.COM.'), { ok: true, value: 'registry.example.com' })
  assert.deepEqual(checkHostPattern('*.Example.COM.'), { ok: true, value: '*.example.com' })
})
