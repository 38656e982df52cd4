import assert from 'node:assert/strict'
import test from 'node:test'
import { createUpstreams } from '../../../src/proxy/upstreams.ts'

const target = (address: string) => ({ address, port: 443, source: undefined })
const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' })

test('an address has its successes, their mean, and its last failure', () => {
  const upstreams = createUpstreams()
  upstreams.connected('h', target('192.0.2.1'), 10)
  upstreams.failed('h', target('192.0.2.1'), refused)
  const [failing] = upstreams.list()
  assert.deepEqual([failing?.failing, failing?.lastMs], [true, 10])
  upstreams.connected('h', target('192.0.2.1'), 20)
  const [{ failedAt, ...health } = { failedAt: 0 }] = upstreams.list()
  assert.ok(Math.abs(Date.now() - (failedAt ?? 0)) < 10_000)
  assert.deepEqual(health, {
    address: '192.0.2.1:443',
    host: 'h',
    connects: 2,
    failures: 1,
    lastMs: 20,
    meanMs: 15,
    lastError: 'ECONNREFUSED',
    failing: false,
  })
})

test('of any number of addresses those used last are kept', () => {
  const upstreams = createUpstreams()
  for (let index = 0; index < 1000; index++) upstreams.failed('h', target(`fd00::${index}`), refused)
  const list = upstreams.list()
  assert.deepEqual([list.length, list[0]?.address], [200, '[fd00::999]:443'])
})
