import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOwnSockets } from '../../../src/proxy/own-sockets.ts'

const LOCAL = { localAddress: '192.0.2.1', localPort: 40_000 }
const PEER = { address: '192.0.2.1', port: 40_000 }
const HEAD = Buffer.from(Array.from({ length: 200 }, (_, i) => i))

test('a client is a socket of ours when its end and its first bytes are those of one', () => {
  const own = createOwnSockets()
  own.add(LOCAL, HEAD, 0)
  assert.equal(own.roundOf(PEER, HEAD), 1)
  assert.equal(own.roundOf(PEER, Buffer.concat([HEAD, Buffer.from('more')])), 1)
})

test('a client that shares an end with a socket of ours but begins otherwise is somebody else', () => {
  const own = createOwnSockets()
  own.add(LOCAL, HEAD, 0)
  const other = Buffer.from(HEAD)
  other[40] = 0
  assert.equal(own.roundOf(PEER, other), 0)
  assert.equal(own.roundOf(PEER, HEAD.subarray(0, 10)), 0)
  assert.equal(own.roundOf({ ...PEER, port: 40_001 }, HEAD), 0)
})

test('a socket that is closed, or whose first bytes are not known, is nobody', () => {
  const own = createOwnSockets()
  own.add(LOCAL, Buffer.alloc(0), 0)
  assert.equal(own.roundOf(PEER, HEAD), 0)
  own.delete(own.add(LOCAL, HEAD, 0))
  assert.equal(own.roundOf(PEER, HEAD), 0)
})

test('sockets to two destinations may share a port', () => {
  const own = createOwnSockets()
  const first = own.add(LOCAL, HEAD, 0)
  const other = Buffer.from(HEAD.toReversed())
  const second = own.add(LOCAL, other, 0)
  own.add({ ...LOCAL, localAddress: '192.0.2.2' }, HEAD, 0)
  assert.equal(own.roundOf(PEER, HEAD), 1)
  assert.equal(own.roundOf(PEER, other), 1)
  own.delete(first)
  assert.equal(own.roundOf(PEER, HEAD), 0)
  assert.equal(own.roundOf(PEER, other), 1)
  own.delete(second)
  assert.equal(own.roundOf(PEER, other), 0)
  assert.equal(own.roundOf({ ...PEER, address: '192.0.2.2' }, HEAD), 1)
})

test('what comes round again and again is counted, by the socket that has come the farthest', () => {
  const own = createOwnSockets()
  own.add(LOCAL, HEAD, 0)
  const second = own.add(LOCAL, HEAD, own.roundOf(PEER, HEAD))
  assert.equal(own.roundOf(PEER, HEAD), 2)
  own.delete(second)
  assert.equal(own.roundOf(PEER, HEAD), 1)
})
