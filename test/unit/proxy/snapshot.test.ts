import assert from 'node:assert/strict'
import test from 'node:test'
import type { ConnectionRecord } from '../../../src/proxy/account.ts'
import { openConnections } from '../../../src/proxy/snapshot.ts'

function recordOf(index: number, bytesDown?: number): ConnectionRecord {
  const record: ConnectionRecord = {
    id: String(index),
    listener: '127.0.0.1:443',
    startedAt: index,
    client: '192.0.2.1',
    clientPort: 50_000,
    round: 0,
    holder: { abort: () => {} },
  }
  if (bytesDown !== undefined) record.counters = { bytesUp: 0, bytesDown }
  return record
}

test('a connection peeks, connects and relays', () => {
  const peeking = recordOf(1)
  const connecting = recordOf(2)
  connecting.opening = { kind: 'tls', alpn: [], version: undefined, ech: false }
  const relaying = { ...recordOf(3, 0), opening: connecting.opening }
  assert.deepEqual(
    openConnections(new Set([peeking, connecting, relaying]), 10).map(({ conn, state, ageMs }) => [conn, state, ageMs]),
    [
      ['3', 'relaying', 7],
      ['2', 'connecting', 8],
      ['1', 'peeking', 9],
    ],
  )
})

test('of ten thousand connections the newest and the biggest are listed', () => {
  const live = new Set(Array.from({ length: 10_000 }, (_, index) => recordOf(index, index < 5000 ? index : 0)))
  const listed = openConnections(live, 10_000).map(({ conn }) => Number(conn))
  const span = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index)
  assert.deepEqual(listed, [...span(9999, 9950), ...span(4999, 4950)])
})
