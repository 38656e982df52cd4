import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { canonicalAddress, parseAddress } from '../../../src/proxy/ip-address.ts'

function colons(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':')
}

test('addresses are read as numbers, IPv4-mapped ones as IPv4', () => {
  const rows: readonly (readonly [text: string, family: 4 | 6, value: bigint])[] = [
    ['0.0.0.0', 4, 0n],
    ['10.0.0.1', 4, 0x0a00_0001n],
    ['255.255.255.255', 4, 0xffff_ffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['2001:db8::8:800:200c:417a', 6, 0x2001_0db8_0000_0000_0008_0800_200c_417an],
    ['2001:DB8:0:0:8:800:200C:417A', 6, 0x2001_0db8_0000_0000_0008_0800_200c_417an],
    ['fe80::1%eth0', 6, (0xfe80n << 112n) + 1n],
    ['64:ff9b::192.0.2.1', 6, (0x64_ff9bn << 96n) + 0xc000_0201n],
    ['::ffff:10.0.0.1', 4, 0x0a00_0001n],
    ['::FFFF:10.0.0.1', 4, 0x0a00_0001n],
    ['::ffff:a00:1', 4, 0x0a00_0001n],
    ['0:0:0:0:0:ffff:10.0.0.1', 4, 0x0a00_0001n],
    ['::ffff:10.0.0.1%eth0', 4, 0x0a00_0001n],
    ['::ffff:0:10.0.0.1', 6, (0xffffn << 48n) + 0x0a00_0001n],
  ]
  for (const [text, family, value] of rows) assert.deepEqual(parseAddress(text), { family, value }, text)
})

test('what is not an address is undefined', () => {
  for (const text of [
    '',
    '1.2.3',
    '010.0.0.1',
    '1.2.3.256',
    ':::',
    '[::1]',
    '10.0.0.0/8',
    ' 10.0.0.1',
    '1::2::3',
    'a',
  ]) {
    assert.equal(parseAddress(text), undefined, text)
  }
})

test('every address is read as what it was written from', () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      const value = parseAddress(text)?.value ?? -1n
      assert.equal([24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.'), text)
    }),
  )
  const groups = fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(groups, fc.nat(7), fc.integer({ min: 1, max: 8 }), (parts, from, length) => {
      const zeroed = parts.map((part, i) => (i >= from && i < from + length ? 0 : part))
      const short = `${colons(zeroed.slice(0, from))}::${colons(zeroed.slice(from + length))}`
      const value = zeroed.reduce((sum, part) => (sum << 16n) + BigInt(part), 0n)
      fc.pre(value >> 32n !== 0xffffn)
      assert.deepEqual(parseAddress(short), { family: 6, value })
      assert.deepEqual(parseAddress(colons(zeroed)), { family: 6, value })
    }),
  )
})

test('an address has one spelling, which is an address again', () => {
  const rows: readonly (readonly [text: string, canonical: string | undefined])[] = [
    ['10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['fe80::0:1%eth0', 'fe80::1%eth0'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['::FFFF:10.0.0.1%eth0', '10.0.0.1'],
    ['localhost', undefined],
    ['[::1]', undefined],
  ]
  for (const [text, canonical] of rows) assert.equal(canonicalAddress(text), canonical, text)
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const once = canonicalAddress(text)
      assert.ok(once !== undefined)
      assert.equal(canonicalAddress(once), once)
      assert.deepEqual(parseAddress(once), parseAddress(text))
    }),
  )
})
