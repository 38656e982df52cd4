import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDns } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import { ask } from './ask.ts'
import { REGISTRY } from './carried.ts'
import { alert, INTERNAL_ERROR } from './goodbyes.ts'
import { logged } from './logged.ts'
import { startProxy } from './proxy.ts'

const FORBIDDEN: readonly (readonly [what: string, data: string, resolver: object])[] = [
  ['the metadata service in a VPC', '100.100.100.200', { kind: 'vpc' }],
  ['the metadata service in a route', '100.100.100.200', { kind: 'cidr', routes: ['100.64.0.0/10'] }],
  ['loopback in a VPC', '127.0.0.1', { kind: 'vpc' }],
  ['loopback in a route for everything', '127.0.0.1', { kind: 'cidr', routes: ['0.0.0.0/0'] }],
  ['loopback for a public name', '127.0.0.1', { kind: 'public' }],
  ['a private address for a public name', '10.0.0.1', { kind: 'public' }],
  ['an address in no route', '100.64.0.1', { kind: 'cidr', routes: ['100.103.0.0/16'] }],
]

for (const [what, data, resolver] of FORBIDDEN) {
  test(`${what} is not dialled though the name resolves to it`, async (t) => {
    const dns = await startDns(t, randomLoopback())
    dns.set(REGISTRY, [{ type: 'A', ttl: 60, data }])
    const config = { region: 'cn-beijing', resolver: { ...resolver, servers: [`${dns.address}:${dns.port}`] } }
    const proxy = await startProxy(t, { config })
    assert.deepEqual((await ask(t, proxy.endpoint)).bytes, alert(INTERNAL_ERROR))
    const { reason, why } = await logged(proxy, 'refused')
    assert.equal(reason, 'address-denied')
    assert.ok(String(why).startsWith(`${REGISTRY} resolves to ${data} `), String(why))
  })
}
