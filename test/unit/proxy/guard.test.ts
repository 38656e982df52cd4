import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard, type GuardOptions } from '../../../src/proxy/guard.ts'
import { Refusal } from '../../../src/proxy/reject.ts'
import type { Candidate } from '../../../src/proxy/resolve/resolver.ts'

const guard = (options: Partial<GuardOptions> = {}) => createGuard({ routes: [], ownAddresses: [], listensAt: () => false, ...options })
const at = (address: string, origin: Candidate['origin'], port = 443): Candidate => ({ address, port, source: undefined, origin })

const ORIGINS: readonly Candidate['origin'][] = ['public', 'vpc', 'cidr', 'module', 'hosts']

test('metadata, link-local, multicast and unspecified addresses are dialled for nobody', () => {
  const open = guard({ routes: ['0.0.0.0/0', '::/0'] })
  for (const origin of ORIGINS)
    for (const address of ['100.100.100.200', '169.254.169.254', '169.254.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'fe80::1', 'ff02::1', '::ffff:100.100.100.200'])
      assert.equal(open.verdict(at(address, origin))?.reason, 'address-denied', `${origin} ${address}`)
})

test('a public resolver may answer with global unicast addresses only', () => {
  for (const address of ['8.8.8.8', '47.95.0.1', '2400:3200::1']) assert.equal(guard().verdict(at(address, 'public')), undefined, address)
  for (const address of ['10.0.0.1', '100.64.0.1', '127.0.0.1', '172.16.0.1', '192.168.1.1', '192.0.2.1', '198.18.0.1', '::1', 'fd00::1', '2001:db8::1', '64:ff9b::a00:1', '2002:a00:1::'])
    assert.ok(guard().verdict(at(address, 'public')), address)
})

test('a VPC resolver may answer with shared and private addresses only', () => {
  for (const address of ['100.64.0.1', '100.118.58.3', '10.1.2.3', '172.31.0.1', '192.168.3.7']) assert.equal(guard().verdict(at(address, 'vpc')), undefined, address)
  for (const address of ['8.8.8.8', '127.0.0.1', '100.63.255.255', '172.32.0.1', '::1', '2400:3200::1']) assert.ok(guard().verdict(at(address, 'vpc')), address)
})

test('a routed resolver may answer inside its routes only', () => {
  const routed = guard({ routes: ['100.103.0.0/16', 'fd00:1::/32'] })
  for (const address of ['100.103.9.188', 'fd00:1::5']) assert.equal(routed.verdict(at(address, 'cidr')), undefined, address)
  for (const address of ['100.104.0.1', '8.8.8.8', 'fd00:2::5']) assert.match(routed.verdict(at(address, 'cidr'))?.why ?? '', /no configured route/)
})

test('loopback needs a route of its own, or a fixed address', () => {
  const loopback = at('127.0.5.1', 'cidr')
  assert.ok(guard({ routes: ['0.0.0.0/0'] }).verdict(loopback), 'a route for everything names no tunnel')
  assert.ok(guard({ routes: ['126.0.0.0/7'] }).verdict(loopback), 'a route that only overlaps names none either')
  assert.equal(guard({ routes: ['0.0.0.0/0', '127.0.5.0/24'] }).verdict(loopback), undefined)
  assert.equal(guard({ routes: ['::1/128'] }).verdict(at('::1', 'cidr')), undefined)
  assert.equal(guard().verdict(at('127.0.0.1', 'hosts')), undefined)
  assert.ok(guard().verdict(at('127.0.0.1', 'module')))
})

test('our own listeners and addresses are a loop, whoever gave them', () => {
  const own = guard({ ownAddresses: ['39.1.2.3'], listensAt: (address, port) => address === '10.0.0.5' && port === 443, routes: ['0.0.0.0/0'] })
  for (const origin of ORIGINS) {
    assert.equal(own.verdict(at('39.1.2.3', origin))?.reason, 'loop')
    assert.equal(own.verdict(at('10.0.0.5', origin))?.reason, 'loop')
  }
  assert.equal(own.verdict(at('10.0.0.5', 'vpc', 80)), undefined, 'another port of this host is another service')
})

test('admitted addresses keep their order, and a refusal names every denied one', () => {
  const both = guard().admit('h', [at('8.8.8.8', 'vpc'), at('10.0.0.2', 'vpc'), at('10.0.0.1', 'vpc')])
  assert.deepEqual(
    both.map(({ address }) => address),
    ['10.0.0.2', '10.0.0.1'],
  )
  assert.throws(
    () => guard().admit('h.example', [at('8.8.8.8', 'vpc'), at('127.0.0.1', 'vpc')]),
    (error) => error instanceof Refusal && error.reason === 'address-denied' && /h\.example.*8\.8\.8\.8.*127\.0\.0\.1/.test(error.message),
  )
})
