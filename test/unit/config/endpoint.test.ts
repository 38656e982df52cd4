import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { canonicalAddress, parseEndpoint } from '../../../src/config/endpoint.ts'

const good: readonly (readonly [string, string | undefined, number | undefined])[] = [
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

for (const [text, address, port] of good) {
  test(`${text} is address ${address} and port ${port}`, () => {
    assert.deepEqual(parseEndpoint(text), { ok: true, value: { address, port } })
  })
}

const bad = [
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

for (const text of bad) {
  test(`${JSON.stringify(text)} is no endpoint`, () => {
    assert.equal(parseEndpoint(text).ok, false)
  })
}

test('every IPv6 address has one spelling, which is an address again', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const once = canonicalAddress(text)
      assert.ok(once !== undefined)
      assert.equal(canonicalAddress(once), once)
    }),
  )
})

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseEndpoint(text).ok === 'boolean'))
})
