import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClientList } from '../../../../src/proxy/route/clients.ts'

test('without a list every client is admitted', () => {
  const clients = createClientList(undefined)
  for (const address of ['203.0.113.9', '2001:db8::1', '::ffff:203.0.113.9']) assert.ok(clients.admits(address))
})

test('an empty list admits nobody', () => {
  assert.ok(!createClientList([]).admits('203.0.113.9'))
})

test('a list admits its networks only, IPv4-mapped clients as IPv4', () => {
  const clients = createClientList(['203.0.113.0/24', '2001:db8::/32'])
  for (const address of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::1'])
    assert.ok(clients.admits(address), address)
  for (const address of ['203.0.114.9', '::ffff:203.0.114.9', '2001:db9::1', ''])
    assert.ok(!clients.admits(address), address)
})
