import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { createRefusalLog } from '../../../src/proxy/refusal-log.ts'

function collect(): { log: pino.Logger; lines: { msg: string; leftOut?: Record<string, number> }[] } {
  const lines: { msg: string }[] = []
  return { log: pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) }), lines }
}

test('a burst is logged in full, a flood is counted, and lines come back with time', () => {
  const { log, lines } = collect()
  let now = 0
  const refusals = createRefusalLog(log, () => now)
  for (let i = 0; i < 1000; i++) refusals.write('name-not-allowed', { i })
  refusals.write('no-name', {})
  assert.equal(lines.length, 50)
  refusals.flush()
  assert.deepEqual(lines.at(-1)?.leftOut, { 'name-not-allowed': 950, 'no-name': 1 })
  now += 1000
  for (let i = 0; i < 1000; i++) refusals.write('name-not-allowed', { i })
  assert.equal(lines.length, 51 + 5)
  refusals.flush()
})

test('nothing left out is nothing to sum up', () => {
  const { log, lines } = collect()
  const refusals = createRefusalLog(log)
  refusals.write('no-name', {})
  refusals.flush()
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['refused'],
  )
})
