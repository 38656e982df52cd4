import assert from 'node:assert/strict'
import test from 'node:test'
import type { ConnectionRecord } from '../../../src/proxy/account.ts'
import { Refusal } from '../../../src/proxy/reject.ts'
import { createTally } from '../../../src/proxy/tally.ts'

function recordOf(host?: string): ConnectionRecord {
  const record = {
    id: '1',
    listener: '127.0.0.1:443',
    startedAt: 0,
    client: '192.0.2.1',
    clientPort: 50_000,
    round: 0,
    holder: { abort: () => {} },
  }
  if (host === undefined) return record
  const route = { host, port: 443, role: 'registry', region: 'cn-beijing', network: 'vpc', rule: 'r' } as const
  return { ...record, host, route }
}

test('totals are kept by role and host, for admitted names only', () => {
  const tally = createTally()
  tally.moved(recordOf('a'), 1, 2)
  tally.moved(recordOf('b'), 3, 4)
  tally.ended(recordOf('a'))
  const stranger = { ...recordOf(), host: 'made-up.example' }
  tally.ended(stranger)
  tally.refused(stranger, new Refusal('name-not-allowed', 'no'))
  assert.deepEqual(Object.fromEntries(tally.roles), {
    registry: { ended: 1, refused: 0, bytesUp: 4, bytesDown: 6 },
    none: { ended: 1, refused: 1, bytesUp: 0, bytesDown: 0 },
  })
  assert.deepEqual(tally.hosts(), [
    { host: 'a', role: 'registry', ended: 1, refused: 0, bytesUp: 1, bytesDown: 2 },
    { host: 'b', role: 'registry', ended: 0, refused: 0, bytesUp: 3, bytesDown: 4 },
  ])
})

test('of any number of hosts those used last are kept', () => {
  const tally = createTally()
  for (let index = 0; index < 1000; index++) tally.ended(recordOf(`h${index}`))
  const hosts = tally.hosts()
  assert.deepEqual([hosts.length, hosts[0]?.host, hosts.at(-1)?.host], [200, 'h999', 'h800'])
})

test('of any number of refusals the latest ten are kept, the latest first, and all are counted', () => {
  const tally = createTally()
  for (let index = 0; index < 1000; index++)
    tally.refused(recordOf(), new Refusal('no-name', `${index} ${'x'.repeat(10_000)}`))
  const past = tally.refusals.get('no-name')
  assert.equal(past?.count, 1000)
  assert.deepEqual(
    past?.latest.map(({ why }) => why.split(' ')[0]),
    ['999', '998', '997', '996', '995', '994', '993', '992', '991', '990'],
  )
  assert.ok(past?.latest.every(({ why }) => why.length === 300))
})
