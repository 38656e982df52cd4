import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advantage, median } from '../../../bench/statistics.ts'

test('a median is the middle value whatever the order, or the mean of the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([10, 9, 2, 1]), 5.5)
  assert.equal(median([7]), 7)
})

test('a median sorts by size, not as text', () => {
  assert.equal(median([100, 20, 3]), 20)
})

test('no values have no median', () => {
  assert.throws(() => median([]), RangeError)
})

test('an advantage is above 1 for more where more is better, and for less where less is', () => {
  assert.equal(advantage(20, 10, 'more'), 2)
  assert.equal(advantage(5, 10, 'less'), 2)
})

test('nothing is said of an advantage over zero', () => {
  assert.equal(advantage(20, 0, 'more'), undefined)
  assert.equal(advantage(0, 5, 'less'), undefined)
  assert.equal(advantage(-1, 5, 'less'), undefined)
})
