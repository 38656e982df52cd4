import assert from 'node:assert/strict'
import { test } from 'node:test'
import { descriptorLimit, limitsFor } from '../../../src/proxy/descriptors.ts'

test('the limit of this process is read', () => {
  assert.ok(descriptorLimit() >= 64)
})

test('two descriptors a connection are kept, and a reserve', () => {
  for (const descriptors of [256, 1024, 20_000, 1_048_576]) {
    const { connections } = limitsFor(descriptors, {})
    assert.ok(connections * 2 + 32 <= descriptors, `${descriptors}`)
    assert.ok(connections * 2 >= descriptors * 0.8, `${descriptors}: most of them are used`)
  }
})

test('a limit that is asked for holds as far as the descriptors go', () => {
  assert.deepEqual(limitsFor(1024, { connections: 10, perClient: 3, peeking: 4 }), { connections: 10, perClient: 3, peeking: 4 })
  assert.equal(limitsFor(256, { connections: 5000 }).connections, 112)
  assert.equal(limitsFor(256, { perClient: 5000 }).perClient, 112)
})

test('one client cannot take every place by default, and a tiny limit still leaves one', () => {
  const { connections, perClient } = limitsFor(1024, {})
  assert.equal(perClient, connections / 2)
  assert.equal(limitsFor(16, {}).connections, 1)
})
