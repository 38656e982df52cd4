import assert from 'node:assert/strict'
import { test } from 'node:test'
import { within } from '../../src/within.ts'

const never = new Promise<string>(() => {})
const late = () => 'late'

test('a value that comes in time is passed on, and so is its failure', async () => {
  assert.equal(await within(Promise.resolve('value'), 60_000, late), 'value')
  await assert.rejects(within(Promise.reject(new Error('failed')), 60_000, late), /failed/)
})

test('after the time it is what `late` returns or throws', async () => {
  assert.equal(await within(never, 1, late), 'late')
  const fail = () => {
    throw new Error('too late')
  }
  await assert.rejects(within(never, 1, fail), /too late/)
})

test('a failure that comes late is ignored', async () => {
  let fail: (error: Error) => void = () => {}
  const value = new Promise<string>((_, reject) => (fail = reject))
  assert.equal(await within(value, 1, late), 'late')
  fail(new Error('nobody hears this'))
  await new Promise((resolve) => setImmediate(resolve))
})
