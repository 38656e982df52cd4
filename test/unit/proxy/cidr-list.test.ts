import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { createCidrList, parseCidr } from '../../../src/proxy/cidr-list.ts'

function bits(ipv4: string): string {
  return ipv4
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
}

test('networks and bare addresses are read', () => {
  const rows: readonly (readonly [text: string, family: 4 | 6, prefix: number, first: bigint, last: bigint])[] = [
    ['10.0.0.0/8', 4, 8, 0x0a00_0000n, 0x0aff_ffffn],
    ['0.0.0.0/0', 4, 0, 0n, 0xffff_ffffn],
    ['203.0.113.7', 4, 32, 0xcb00_7107n, 0xcb00_7107n],
    ['203.0.113.7/32', 4, 32, 0xcb00_7107n, 0xcb00_7107n],
    ['::1', 6, 128, 1n, 1n],
    ['::/0', 6, 0, 0n, (1n << 128n) - 1n],
    ['2001:db8::/32', 6, 32, 0x2001_0db8n << 96n, (0x2001_0db9n << 96n) - 1n],
    ['64:ff9b::192.0.2.0/120', 6, 120, (0x64_ff9bn << 96n) + 0xc000_0200n, (0x64_ff9bn << 96n) + 0xc000_02ffn],
    ['::ffff:10.0.0.0/104', 4, 8, 0x0a00_0000n, 0x0aff_ffffn],
    ['::ffff:10.0.0.1', 4, 32, 0x0a00_0001n, 0x0a00_0001n],
    ['::ffff:0:0/96', 4, 0, 0n, 0xffff_ffffn],
  ]
  for (const [text, family, prefix, first, last] of rows) {
    assert.deepEqual(parseCidr(text), { ok: true, cidr: { text, family, prefix, first, last } }, text)
  }
})

test('set host bits are refused with the network that was meant', () => {
  const rows: readonly (readonly [text: string, network: string])[] = [
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.168.1.1/24', '192.168.1.0/24'],
    ['1.2.3.4/0', '0.0.0.0/0'],
    ['fd00::1/8', 'fd00::/8'],
    ['2001:db8::1/64', '2001:db8::/64'],
  ]
  for (const [text, network] of rows) {
    const why = `bits are set after the prefix: the network is ${network}`
    assert.deepEqual(parseCidr(text), { ok: false, why })
    assert.ok(parseCidr(network).ok)
  }
})

test('what is not a network is refused', () => {
  for (const text of [
    '',
    '/',
    '/8',
    'a/8',
    '10/8',
    '10.0.0.0/8/8',
    '010.0.0.0/8',
    '[::1]/128',
    'fe80::1%eth0',
    ' 10.0.0.0/8',
  ]) {
    assert.deepEqual(parseCidr(text), { ok: false, why: 'not an IP address or CIDR' }, text)
  }
  for (const text of [
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8.0',
    '10.0.0.0/0x8',
    '::/129',
  ]) {
    const parsed = parseCidr(text)
    assert.ok(!parsed.ok && parsed.why.startsWith('the prefix length is not in 0 to '), text)
  }
  assert.deepEqual(parseCidr('::ffff:10.0.0.0/8'), { ok: false, why: 'the prefix length is not in 96 to 128' })
})

test('a list has the addresses of its networks, first to last, and of the right family only', () => {
  const list = createCidrList(['10.0.0.0/8', '203.0.113.7', 'fd00::/8'])
  const inside = [
    '10.0.0.0',
    '10.255.255.255',
    '::ffff:10.1.2.3',
    '::ffff:a01:203',
    '203.0.113.7',
    'fd00::',
    'fdff::1%eth0',
  ]
  const outside = [
    '9.255.255.255',
    '11.0.0.0',
    '203.0.113.6',
    '203.0.113.8',
    'fe00::',
    'fcff::1',
    '::a00:1',
    '',
    'x',
    '10.0.0.0/8',
  ]
  for (const address of inside) assert.ok(list.has(address), address)
  for (const address of outside) assert.ok(!list.has(address), address)
  assert.ok(!createCidrList(['::/0']).has('10.0.0.1'), 'all of IPv6 holds no IPv4')
  assert.ok(!createCidrList(['::/0']).has('::ffff:10.0.0.1'), 'not even mapped')
  assert.ok(!createCidrList(['0.0.0.0/0']).has('::1'))
  assert.ok(!createCidrList([]).has('10.0.0.1'))
})

test('the longest match wins whatever the order, and is told as it was written', () => {
  const cidrs = ['10.0.0.0/8', '0.0.0.0/0', '10.1.0.0/16', '10.1.2.3', '::ffff:10.2.0.0/112', 'fd00::/8']
  for (const order of [cidrs, cidrs.toReversed()]) {
    const list = createCidrList(order)
    assert.equal(list.longest('10.1.2.3'), '10.1.2.3')
    assert.equal(list.longest('10.1.2.4'), '10.1.0.0/16')
    assert.equal(list.longest('10.2.2.4'), '::ffff:10.2.0.0/112')
    assert.equal(list.longest('::ffff:10.3.0.1'), '10.0.0.0/8')
    assert.equal(list.longest('192.0.2.1'), '0.0.0.0/0')
    assert.equal(list.longest('fd12::1'), 'fd00::/8')
    assert.equal(list.longest('2001:db8::1'), undefined)
  }
})

test('an entry that is not a network cannot become a list', () => {
  assert.throws(() => createCidrList(['10.0.0.0/8', '10.0.0.1/8']), /^TypeError: "10\.0\.0\.1\/8": bits are set/)
})

test('an IPv4 network holds exactly the addresses that share its prefix', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (a, b, prefix) => {
      const network = (bits(a).slice(0, prefix) + '0'.repeat(32 - prefix))
        .match(/.{8}/g)
        ?.map((byte) => Number.parseInt(byte, 2))
      const list = createCidrList([`${network?.join('.')}/${prefix}`])
      assert.ok(list.has(a))
      assert.equal(list.has(b), bits(a).slice(0, prefix) === bits(b).slice(0, prefix))
    }),
  )
})

test('no text throws', () => {
  const list = createCidrList(['10.0.0.0/8', 'fd00::/8'])
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:.%/]{0,24}$/))
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(list.has(text), list.longest(text) !== undefined)
      const parsed = parseCidr(text)
      if (parsed.ok) assert.ok(createCidrList([text]).has(text.replace(/\/.*/, '')))
    }),
  )
})
