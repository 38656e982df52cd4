import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientKey, createAdmission } from '../../../src/proxy/admission.ts'
import { createCidrList } from '../../../src/proxy/cidr-list.ts'
import { Refusal } from '../../../src/proxy/reject.ts'

const refusing = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason

test('a place is given back exactly once', () => {
  const admission = createAdmission({ connections: 1, perClient: 1, peeking: 1 }, undefined)
  const ticket = admission.enter()
  ticket.identify('192.0.2.1')
  assert.throws(() => admission.enter(), refusing('too-many-connections'))
  ticket.release()
  ticket.release()
  admission.enter().identify('192.0.2.1')
  assert.throws(() => admission.enter(), refusing('too-many-connections'))
})

test('connections that have named no host have a limit of their own', () => {
  const admission = createAdmission({ connections: 10, perClient: 10, peeking: 1 }, undefined)
  const ticket = admission.enter()
  assert.throws(() => admission.enter(), refusing('too-many-peeking'))
  ticket.peeked()
  ticket.peeked()
  admission.enter()
  assert.throws(() => admission.enter(), refusing('too-many-peeking'))
})

test('each client has its share, an IPv6 client by its /64', () => {
  const admission = createAdmission({ connections: 10, perClient: 1, peeking: 10 }, undefined)
  admission.enter().identify('2001:db8:1:2::1')
  assert.throws(() => admission.enter().identify('2001:db8:1:2:ffff::9'), refusing('too-many-from-client'))
  admission.enter().identify('2001:db8:1:3::1')
})

test('a client outside the list is refused', () => {
  const admission = createAdmission({ connections: 10, perClient: 10, peeking: 10 }, createCidrList(['203.0.113.0/24']))
  admission.enter().identify('203.0.113.9')
  assert.throws(() => admission.enter().identify('198.51.100.1'), refusing('client-not-allowed'))
})

test('a refused client gives its place back', () => {
  const admission = createAdmission({ connections: 1, perClient: 1, peeking: 1 }, createCidrList(['203.0.113.0/24']))
  const ticket = admission.enter()
  assert.throws(() => ticket.identify('198.51.100.1'))
  ticket.release()
  admission.enter().identify('203.0.113.9')
})

test('what is open counts against limits that are changed, and other clients are admitted', () => {
  const admission = createAdmission({ connections: 2, perClient: 2, peeking: 2 }, undefined)
  const tickets = [admission.enter(), admission.enter()]
  admission.configure({ connections: 1, perClient: 1, peeking: 1 }, createCidrList(['203.0.113.0/24']))
  tickets[0]?.release()
  assert.throws(() => admission.enter(), refusing('too-many-connections'))
  tickets[1]?.release()
  assert.throws(() => admission.enter().identify('198.51.100.1'), refusing('client-not-allowed'))
  admission.configure({ connections: 2, perClient: 1, peeking: 2 }, undefined)
  assert.equal(admission.limits.connections, 2)
  admission.enter().identify('198.51.100.1')
})

test('while closed, every connection is refused for the reason given', () => {
  const admission = createAdmission({ connections: 1, perClient: 1, peeking: 1 }, undefined)
  admission.close('out-of-descriptors')
  assert.throws(() => admission.enter(), refusing('out-of-descriptors'))
  admission.close(undefined)
  admission.enter()
})

test('a client key is the address for IPv4 and the /64 for IPv6, however it is written', () => {
  assert.equal(clientKey('192.0.2.1'), '192.0.2.1')
  assert.equal(clientKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(clientKey('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(clientKey('::1'), '0:0:0:0::/64')
})
