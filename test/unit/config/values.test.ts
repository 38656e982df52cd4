import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import {
  checkAddress,
  checkBucket,
  checkCidr,
  checkDuration,
  checkEndpoint,
  checkHost,
  checkHostPattern,
  checkInstance,
  checkRegion,
} from '../../../src/config/values.ts'

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

const meant = [
  ['beijing', 'cn-beijing'],
  ['CN-BEIJING', 'cn-beijing'],
  ['cn-hangzhou-vpc', 'cn-hangzhou'],
  ['cn-bejing', 'cn-beijing'],
  ['cn-shanghia', 'cn-shanghai'],
  ['moon', undefined],
] as const

for (const [text, region] of meant) {
  test(`${text} is no region, and ${region ?? 'none'} is meant`, () => {
    const checked = checkRegion(text)
    assert.equal(checked.ok || checked.meant, region)
  })
}

test('a host name loses its case and its trailing dot', () => {
  assert.deepEqual(checkHost('Registry.Example.COM.'), { ok: true, value: 'registry.example.com' })
  assert.deepEqual(checkHostPattern('*.Example.COM.'), { ok: true, value: '*.example.com' })
})

const networks: readonly (readonly [string, string])[] = [
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['192.0.2.7', '192.0.2.7/32'],
  ['fd00::/8', 'fd00::/8'],
  ['::1', '::1/128'],
  ['FD00:0::/8', 'fd00::/8'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
]

for (const [text, cidr] of networks) {
  test(`${text} is the network ${cidr}`, () => {
    assert.deepEqual(checkCidr(text), { ok: true, value: cidr })
  })
}

for (const text of ['', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', 'example.com', '10.0.0.0/8/8', '10.0.0.0/-1']) {
  test(`${JSON.stringify(text)} is no network`, () => {
    assert.equal(checkCidr(text).ok, false)
  })
}

test('a network with host bits is refused, naming the right one', () => {
  const result = checkCidr('10.1.2.3/8')
  assert.ok(!result.ok)
  assert.match(result.why, /10\.0\.0\.0\/8/)
})

test('an address is checked and given its one spelling', () => {
  assert.deepEqual(checkAddress('FD00:0::1'), { ok: true, value: 'fd00::1' })
  assert.equal(checkAddress('10.0.0.0/8').ok, false)
})

const endpoints: readonly (readonly [string, string | undefined, number | undefined])[] = [
  [':443', undefined, 443],
  [':0', undefined, 0],
  ['127.0.0.1:8443', '127.0.0.1', 8443],
  ['127.0.0.1', '127.0.0.1', undefined],
  ['[::1]:443', '::1', 443],
  ['[::1]', '::1', undefined],
  ['2001:DB8:0:0::1', '2001:db8::1', undefined],
  ['fe80::1%eth0', 'fe80::1%eth0', undefined],
  ['[::]:65535', '::', 65_535],
]

for (const [text, address, port] of endpoints) {
  test(`${text} is address ${address} and port ${port}`, () => {
    assert.deepEqual(checkEndpoint(text), { ok: true, value: { address, port } })
  })
}

const noEndpoints = [
  '',
  'localhost:443',
  '1.2.3:80',
  '1.2.3.4:',
  '1.2.3.4:70000',
  '[1.2.3.4]:80',
  '[::1',
  '::1]:80',
  '[::1]80',
  '1.2.3.4:80:80',
  '*:443',
  '443:',
  'a b',
  '1.2.3.4/8',
  ':-1',
]

for (const text of noEndpoints) {
  test(`${JSON.stringify(text)} is no endpoint`, () => {
    assert.equal(checkEndpoint(text).ok, false)
  })
}

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof checkEndpoint(text).ok === 'boolean'))
})

const durations: readonly (readonly [string | number, number])[] = [
  ['500ms', 500],
  ['10s', 10_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
  ['1.5s', 1500],
  ['0', 0],
  ['30', 30_000],
  [30, 30_000],
  [0.25, 250],
  [' 2s ', 2000],
]

for (const [written, milliseconds] of durations) {
  test(`${JSON.stringify(written)} is ${milliseconds} milliseconds`, () => {
    assert.deepEqual(checkDuration(written), { ok: true, value: milliseconds })
  })
}

for (const written of [
  '',
  'soon',
  '10 s',
  '10S',
  '-1s',
  '1h30m',
  '1e3',
  's',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
]) {
  test(`${JSON.stringify(written)} (${written}) is no duration`, () => {
    assert.equal(checkDuration(written).ok, false)
  })
}

test('a duration that timers would take for zero is refused', () => {
  assert.equal(checkDuration('24d').ok, true)
  assert.deepEqual(checkDuration('25d'), { ok: false, why: 'must be at most 24 days' })
})
