import assert from 'node:assert/strict'
import test from 'node:test'
import { parseDuration } from '../../../src/config/duration.ts'

const good: readonly (readonly [string | number, number])[] = [
  ['500ms', 500],
  ['10s', 10_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
  ['1.5s', 1500],
  ['0', 0],
  ['30', 30_000],
  [30, 30_000],
  [0.25, 250],
  [' 2s ', 2000],
]

for (const [written, milliseconds] of good) {
  test(`${JSON.stringify(written)} is ${milliseconds} milliseconds`, () => {
    assert.deepEqual(parseDuration(written), { ok: true, value: milliseconds })
  })
}

for (const written of [
  '',
  'soon',
  '10 s',
  '10S',
  '-1s',
  '1h30m',
  '1e3',
  's',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
]) {
  test(`${JSON.stringify(written)} (${written}) is no duration`, () => {
    assert.equal(parseDuration(written).ok, false)
  })
}

test('a duration that timers would take for zero is refused', () => {
  assert.equal(parseDuration('24d').ok, true)
  assert.deepEqual(parseDuration('25d'), { ok: false, why: 'must be at most 24 days' })
})
