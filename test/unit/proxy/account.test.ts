import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../../src/proxy/reject.ts'
import { deadline } from '../../deadline.ts'
import { keepAccounts, ROUTE } from './records.ts'

const CLIENT = { address: '192.0.2.1', port: 50_000 }

const END = { endedBy: 'client', reason: 'end' } as const

test('a connection is told once, whatever ends it twice', () => {
  const { accounts, lines } = keepAccounts()
  const record = accounts.open('7', '127.0.0.1:443', CLIENT, () => {})
  accounts.ended(record, END)
  accounts.ended(record, END)
  accounts.refused(record, new Refusal('loop', 'twice'))
  accounts.lost(record)
  accounts.dismiss(record)
  assert.equal(lines.length, 1)
  assert.equal(accounts.live.size, 0)
})

test('the line of a connection tells all that is known of it', () => {
  const { accounts, lines } = keepAccounts()
  const record = accounts.open('7', '127.0.0.1:443', CLIENT, () => {})
  const alpn = Array.from({ length: 20 }, (_, i) => `p${i}`)
  record.opening = { kind: 'tls', alpn, version: 'TLS 1.3', ech: true }
  record.host = ROUTE.host
  record.route = ROUTE
  record.resolveMs = 1.26
  record.stale = true
  record.connectMs = 0.04
  record.upstream = '100.103.9.188:443'
  record.counters = { bytesUp: 517, bytesDown: 4096 }
  accounts.ended(record, { endedBy: 'upstream', reason: 'ECONNRESET' })
  const [{ totalMs, ...line } = {}] = lines
  assert.ok(typeof totalMs === 'number' && totalMs >= 0)
  assert.deepEqual(line, {
    level: 30,
    msg: 'connection',
    conn: '7',
    client: '192.0.2.1',
    clientPort: 50_000,
    listener: '127.0.0.1:443',
    kind: 'tls',
    host: ROUTE.host,
    role: 'registry',
    region: 'cn-beijing',
    rule: 'registry-vpc',
    upstream: '100.103.9.188:443',
    resolveMs: 1.3,
    connectMs: 0,
    bytesUp: 517,
    bytesDown: 4096,
    alpn: 'p0,p1,p2,p3,p4,p5,p6,p7',
    version: 'TLS 1.3',
    ech: true,
    stale: true,
    endedBy: 'upstream',
    reason: 'ECONNRESET',
  })
})

test('the line of a refusal has its reason and why, and nothing that was never known', () => {
  const { accounts, lines } = keepAccounts()
  accounts.refused(
    accounts.open('8', 'l', CLIENT, () => {}),
    new Refusal('no-name', 'named no host'),
  )
  const [{ totalMs, ...line } = {}] = lines
  assert.equal(typeof totalMs, 'number')
  assert.deepEqual(line, {
    level: 40,
    msg: 'refused',
    conn: '8',
    client: '192.0.2.1',
    clientPort: 50_000,
    listener: 'l',
    reason: 'no-name',
    why: 'named no host',
  })
})

test('a client lost before it had an upstream left by itself, unless the proxy cut it', () => {
  const { accounts, lines } = keepAccounts()
  const cuts: string[] = []
  accounts.lost(accounts.open('1', 'l', CLIENT, () => {}))
  const record = accounts.open('2', 'l', CLIENT, (reason) => cuts.push(reason))
  record.holder.abort('drain-timeout')
  accounts.lost(record)
  assert.deepEqual(cuts, ['drain-timeout'])
  assert.deepEqual(
    lines.map(({ endedBy, reason }) => [endedBy, reason]),
    [
      ['client', 'left-early'],
      ['proxy', 'drain-timeout'],
    ],
  )
})

test('it is idle once the last one has ended, been refused or been dismissed', async () => {
  const { accounts, lines } = keepAccounts()
  await deadline(accounts.whenIdle(), 'idle at the start')
  const [a, b, c] = ['1', '2', '3'].map((id) => accounts.open(id, 'l', CLIENT, () => {}))
  assert.ok(a && b && c)
  let idle = false
  const both = Promise.all([accounts.whenIdle(), accounts.whenIdle()]).then(() => (idle = true))
  accounts.dismiss(a)
  accounts.refused(b, new Refusal('no-name', 'w'))
  await Promise.resolve()
  assert.equal(idle, false)
  accounts.ended(c, END)
  await deadline(both, 'idle again')
  assert.equal(lines.length, 2, 'of the dismissed one nothing is said')
})
