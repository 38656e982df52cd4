import assert from 'node:assert/strict'
import os from 'node:os'
import { test } from 'node:test'
import { createOwnAddresses } from '../../../src/proxy/own-addresses.ts'

test('a listener on all addresses answers at each of this host', () => {
  const listensAt = createOwnAddresses(() => [{ address: '::', port: 443 }])
  for (const { address } of Object.values(os.networkInterfaces()).flatMap((list) => list ?? [])) assert.equal(listensAt(address, 443), true, address)
  assert.equal(listensAt('127.9.9.9', 443), true)
  assert.equal(listensAt('127.0.0.1', 444), false)
  assert.equal(listensAt('8.8.8.8', 443), false)
})

test('a listener on one address answers there alone', () => {
  const listensAt = createOwnAddresses(() => [{ address: '127.0.0.2', port: 443 }])
  assert.equal(listensAt('127.0.0.2', 443), true)
  assert.equal(listensAt('127.0.0.1', 443), false)
})
