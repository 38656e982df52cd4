import assert from 'node:assert/strict'
import test from 'node:test'
import { createHistory, createSampler, type Sums } from '../../../src/admin/history.ts'

const START = Date.UTC(2026, 0, 1)

function sums(open: number, moved: Readonly<Record<string, readonly [number, number]>>, refused = 0): Sums {
  const roles = Object.entries(moved).map(([role, [bytesUp, bytesDown]], index) => ({
    role,
    ended: 0,
    refused: index === 0 ? refused : 0,
    bytesUp,
    bytesDown,
  }))
  return { open, roles }
}

test('a sample is the difference to the one before, by the second', () => {
  const history = createHistory()
  history.add(sums(1, { oss: [1000, 9000] }), START, 0)
  assert.deepEqual(history.read(), { everyMs: 5000, at: [], open: [], refused: [], roles: [] })
  history.add(sums(2, { oss: [2000, 29_000], auth: [0, 0] }, 3), START + 5000, 5000)
  history.add(sums(0, { oss: [2000, 29_000], auth: [40, 100] }, 3), START + 15_000, 15_000)
  assert.deepEqual(history.read(), {
    everyMs: 5000,
    at: [START + 5000, START + 15_000],
    open: [2, 0],
    refused: [3, 0],
    roles: [
      { role: 'oss', up: [200, 0], down: [4000, 0] },
      { role: 'auth', up: [0, 4], down: [0, 10] },
    ],
  })
})

test('rates are by the time that has passed, whatever the clock is set to', () => {
  const history = createHistory()
  history.add(sums(0, { oss: [0, 0] }), START, 1000)
  history.add(sums(0, { oss: [0, 8000] }), START - 3_600_000, 9000)
  assert.deepEqual(history.read().roles, [{ role: 'oss', up: [0], down: [1000] }])
})

test('the oldest samples give way, and a role that is in none of the others is not told any more', () => {
  const history = createHistory(3)
  for (let i = 0; i <= 5; i++)
    history.add(sums(i, { oss: [0, i * 5000], chart: [i === 0 ? 0 : 50, 0] }), START + i * 5000, i * 5000)
  const { at, open, roles } = history.read()
  assert.deepEqual([at.length, open], [3, [3, 4, 5]])
  assert.deepEqual(roles, [{ role: 'oss', up: [0, 0, 0], down: [1000, 1000, 1000] }])
})

test('15 minutes are kept', () => {
  const history = createHistory()
  for (let i = 0; i < 1000; i++) history.add(sums(0, {}), START + i * 5000, i * 5000)
  const { at, everyMs } = history.read()
  assert.equal(at.length * everyMs, 15 * 60_000)
  assert.equal(at.at(-1), START + 999 * 5000)
})

test('samples are taken every 5 s while they are wanted, and then no more', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let asked = 0
  const sampler = createSampler(() => {
    asked += 1
    return sums(asked, {})
  })
  t.mock.timers.tick(60_000)
  assert.equal(asked, 0)
  sampler.run(true)
  t.mock.timers.tick(10_000)
  sampler.run(true)
  t.mock.timers.tick(5000)
  assert.deepEqual([asked, sampler.read().open], [4, [2, 3, 4]])
  sampler.run(false)
  t.mock.timers.tick(60_000)
  assert.deepEqual([asked, sampler.read().open], [4, []])
})
