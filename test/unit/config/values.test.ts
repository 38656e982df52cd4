import assert from 'node:assert/strict'
import test from 'node:test'
import { checkAddress, checkCidr } from '../../../src/config/values.ts'

const good: readonly (readonly [string, string])[] = [
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['192.0.2.7', '192.0.2.7/32'],
  ['fd00::/8', 'fd00::/8'],
  ['::1', '::1/128'],
]

for (const [text, cidr] of good) {
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
