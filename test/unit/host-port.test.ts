import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostPort } from '../../src/host-port.ts'

test('an IPv6 address stands in brackets before its port', () => {
  assert.equal(hostPort('192.0.2.1', 443), '192.0.2.1:443')
  assert.equal(hostPort('2001:db8::1', 443), '[2001:db8::1]:443')
  assert.equal(hostPort('registry.example.com', 80), 'registry.example.com:80')
  assert.equal(hostPort('', 443), ':443')
})
