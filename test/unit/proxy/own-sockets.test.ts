import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOwnSockets } from '../../../src/proxy/own-sockets.ts'

const LOCAL = { localAddress: '192.0.2.1', localPort: 40_000 }
const PEER = { address: '192.0.2.1', port: 40_000 }
const HEAD = Buffer.from(Array.from({ length: 200 }, (_, i) => i))

test('a client is a socket of ours when its end and its first bytes are those of one', () => {
  const own = createOwnSockets()
  own.add(LOCAL, HEAD)
  assert.ok(own.has(PEER, HEAD))
  assert.ok(own.has(PEER, Buffer.concat([HEAD, Buffer.from('more')])))
})

test('a client that shares an end with a socket of ours but begins otherwise is somebody else', () => {
  const own = createOwnSockets()
  own.add(LOCAL, HEAD)
  const other = Buffer.from(HEAD)
  other[40] = 0
  assert.ok(!own.has(PEER, other))
  assert.ok(!own.has(PEER, HEAD.subarray(0, 10)))
  assert.ok(!own.has({ ...PEER, port: 40_001 }, HEAD))
})

test('a socket that is closed, or whose first bytes are not known, is nobody', () => {
  const own = createOwnSockets()
  own.add(LOCAL, Buffer.alloc(0))
  assert.ok(!own.has(PEER, HEAD))
  own.delete(own.add(LOCAL, HEAD))
  assert.ok(!own.has(PEER, HEAD))
})

test('sockets to two destinations may share a port', () => {
  const own = createOwnSockets()
  const first = own.add(LOCAL, HEAD)
  const other = Buffer.from(HEAD.toReversed())
  const second = own.add(LOCAL, other)
  own.add({ ...LOCAL, localAddress: '192.0.2.2' }, HEAD)
  assert.ok(own.has(PEER, HEAD))
  assert.ok(own.has(PEER, other))
  own.delete(first)
  assert.ok(!own.has(PEER, HEAD))
  assert.ok(own.has(PEER, other))
  own.delete(second)
  assert.ok(!own.has(PEER, other))
  assert.ok(own.has({ ...PEER, address: '192.0.2.2' }, HEAD))
})
