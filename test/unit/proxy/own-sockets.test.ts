import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOwnSockets } from '../../../src/proxy/own-sockets.ts'

const LOCAL = '192.0.2.1:40000'
const HEAD = Buffer.from(Array.from({ length: 200 }, (_, i) => i))

test('a client is a socket of ours when its end and its first bytes are those of one', () => {
  const own = createOwnSockets()
  own.add(LOCAL, HEAD)
  assert.ok(own.has(LOCAL, HEAD))
  assert.ok(own.has(LOCAL, Buffer.concat([HEAD, Buffer.from('more')])))
})

test('a client that shares an end with a socket of ours but begins otherwise is somebody else', () => {
  const own = createOwnSockets()
  own.add(LOCAL, HEAD)
  const other = Buffer.from(HEAD)
  other[40] = 0
  assert.ok(!own.has(LOCAL, other))
  assert.ok(!own.has(LOCAL, HEAD.subarray(0, 10)))
  assert.ok(!own.has('192.0.2.1:40001', HEAD))
})

test('a socket that is closed, or whose first bytes are not known, is nobody', () => {
  const own = createOwnSockets()
  own.add(LOCAL, Buffer.alloc(0))
  assert.ok(!own.has(LOCAL, HEAD))
  own.add(LOCAL, HEAD)
  own.delete(LOCAL)
  assert.ok(!own.has(LOCAL, HEAD))
})
