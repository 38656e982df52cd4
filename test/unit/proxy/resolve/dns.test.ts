import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Refusal } from '../../../../src/proxy/reject.ts'
import { createDns } from '../../../../src/proxy/resolve/dns.ts'
import type { Lookup } from '../../../../src/proxy/resolve/servers.ts'

const LIMITS = { minTtl: 5_000, maxTtl: 300_000, failureTtl: 2_000, staleFor: 3_600_000 }
const found = (ttlMs: number, address = '100.64.0.1'): Lookup => ({ kind: 'found', addresses: [address], ttlMs })
const failed: Lookup = { kind: 'failed', why: '100.100.2.136:53 ETIMEOUT' }

/** A cache over answers that the test sets, under a clock that the test moves. */
function start(t: TestContext, limits = LIMITS) {
  let now = 1
  t.mock.method(performance, 'now', () => now)
  const state = { answer: found(60_000), asked: 0, events: [] as string[], pass: (ms: number) => void (now += ms) }
  const dns = createDns(
    async () => {
      state.asked += 1
      return state.answer
    },
    limits,
    {
      onLookup: (event) => state.events.push(event),
      onStale: (host) => state.events.push(`stale ${host}`),
      onFresh: (host) => state.events.push(`fresh ${host}`),
    },
  )
  return { state, dns }
}

const refused = (pattern: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.reason === 'resolve-failed' && pattern.test(error.message)

test('an answer is kept for its TTL', async (t) => {
  const { state, dns } = start(t)
  await dns('a')
  state.pass(59_000)
  assert.deepEqual(await dns('a'), { addresses: ['100.64.0.1'], stale: false })
  assert.equal(state.asked, 1)
  state.pass(2_000)
  state.answer = found(60_000, '100.64.0.9')
  assert.deepEqual((await dns('a')).addresses, ['100.64.0.9'])
  assert.deepEqual(state.events, ['miss', 'hit', 'miss'])
})

test('a TTL is held within bounds', async (t) => {
  const { state, dns } = start(t)
  state.answer = found(0)
  await dns('low')
  state.pass(4_000)
  await dns('low')
  assert.equal(state.asked, 1, 'a TTL of 0 is kept for minTtl')
  state.answer = found(86_400_000)
  await dns('high')
  state.pass(301_000)
  await dns('high')
  assert.equal(state.asked, 3, 'a TTL of a day ends at maxTtl')
})

test('a bound of 0 keeps nothing, neither an answer nor a failure', async (t) => {
  const { state, dns } = start(t, { ...LIMITS, minTtl: 0, failureTtl: 0, staleFor: 0 })
  state.answer = found(0)
  await dns('a')
  state.pass(2)
  state.answer = failed
  await assert.rejects(async () => dns('a'), refused(/ETIMEOUT/))
  state.pass(2)
  state.answer = found(0, '100.64.0.9')
  assert.deepEqual((await dns('a')).addresses, ['100.64.0.9'])
})

test('one query is in flight for a name, however many ask', async (t) => {
  const { state, dns } = start(t)
  const answers = await Promise.all(Array.from({ length: 50 }, async () => dns('a')))
  assert.equal(answers.length, 50)
  assert.equal(state.asked, 1)
})

test('a failure is kept briefly', async (t) => {
  const { state, dns } = start(t)
  state.answer = { kind: 'absent', why: 'the name does not exist' }
  await assert.rejects(async () => dns('a'), refused(/a: the name does not exist/))
  await assert.rejects(async () => dns('a'), refused(/does not exist/))
  assert.equal(state.asked, 1)
  state.pass(2_001)
  state.answer = found(60_000)
  await dns('a')
  assert.equal(state.asked, 2)
})

test('while every server fails the last answer serves, said once, until it is too old', async (t) => {
  const { state, dns } = start(t)
  await dns('a')
  state.answer = failed
  state.pass(61_000)
  assert.deepEqual(await dns('a'), { addresses: ['100.64.0.1'], stale: true })
  state.pass(2_001)
  assert.equal((await dns('a')).stale, true)
  assert.deepEqual(state.events, ['miss', 'stale a', 'stale', 'stale'])
  state.pass(3_600_000)
  await assert.rejects(async () => dns('a'), refused(/ETIMEOUT/))
})

test('servers that answer again end the stale spell, and it is said', async (t) => {
  const { state, dns } = start(t)
  await dns('a')
  state.answer = failed
  state.pass(61_000)
  await dns('a')
  state.answer = found(60_000, '100.64.0.2')
  state.pass(2_001)
  assert.deepEqual(await dns('a'), { addresses: ['100.64.0.2'], stale: false })
  assert.equal(state.events.at(-2), 'fresh a')
})

test('a name that no longer exists is not served from an old answer', async (t) => {
  const { state, dns } = start(t)
  await dns('a')
  state.answer = { kind: 'absent', why: 'the name does not exist' }
  state.pass(61_000)
  await assert.rejects(async () => dns('a'), refused(/does not exist/))
})
