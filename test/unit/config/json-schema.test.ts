import assert from 'node:assert/strict'
import test from 'node:test'
import { z } from 'zod'
import { jsonSchema } from '../../../src/config/json-schema.ts'

const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(jsonSchema())))

const good: readonly unknown[] = [
  { region: 'cn-beijing' },
  { region: ['cn-beijing'], listen: ':443' },
  { region: 'cn-beijing', listen: [':443', { address: ':80', proxyProtocol: true, trusted: '10.0.0.0/8' }] },
  { region: 'cn-beijing', resolver: { kind: 'cidr', routes: ['10.0.0.0/8', { cidr: '::1', ports: { 443: 8443 } }] } },
  { region: 'cn-beijing', timeouts: { idle: '10m', drain: 5 }, hosts: { 'a.example.com': ['192.0.2.1'] } },
]

for (const value of good) {
  test(`an editor admits ${JSON.stringify(value)}`, () => {
    assert.equal(schema.safeParse(value).error?.message, undefined)
  })
}

const bad: readonly unknown[] = [
  {},
  { region: 1 },
  { region: 'cn-beijing', lisetn: ':443' },
  { region: 'cn-beijing', resolver: { kind: 'vcp' } },
  { region: 'cn-beijing', listen: { address: ':80', trustd: [] } },
  { region: 'cn-beijing', limits: { connections: 0 } },
]

for (const value of bad) {
  test(`an editor marks ${JSON.stringify(value)}`, () => {
    assert.equal(schema.safeParse(value).success, false)
  })
}

test('nothing of how options are named leaks into the schema, and every option has its doc there', () => {
  const text = JSON.stringify(jsonSchema())
  for (const key of ['oneOrMany', 'textOrSection', 'unset', 'flag', '"path"']) assert.ok(!text.includes(key), key)
  assert.match(text, /"description":"Region id/)
})
