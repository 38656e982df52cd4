import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busyShare, busyTime, layoutsOf, parseCpuList } from '../../../bench/cpus.ts'

test('a list of processors is read as the kernel writes it', () => {
  assert.deepEqual(parseCpuList('0'), [0])
  assert.deepEqual(parseCpuList('0-2,5,7-8'), [0, 1, 2, 5, 7, 8])
})

test('the proxy has a processor of its own', () => {
  assert.deepEqual(layoutsOf([2, 3]).apart, { proxy: [2], load: [3] })
  assert.deepEqual(layoutsOf([0, 1, 2, 3]).apart, { proxy: [0], load: [1, 2, 3] })
  assert.throws(() => layoutsOf([0]), /two processors/)
})

test('two processors against one have the same load, or share all there is', () => {
  const four = layoutsOf([0, 1, 2, 3])
  assert.deepEqual(four.one, { proxy: [0], load: [2, 3] })
  assert.deepEqual(four.two, { proxy: [0, 1], load: [2, 3] })
  const two = layoutsOf([0, 1])
  assert.deepEqual(two.one, { proxy: [0], load: [0] })
  assert.deepEqual(two.two, { proxy: [0, 1], load: [0, 1] })
})

test('the busy share is of the chosen processors alone, and waiting is not busy', () => {
  const before = 'cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 10 0 10 100 0 0 0 0 0 0\ncpu1 5 5 5 5 5 5 5 5 0 0\n'
  const after = 'cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 20 0 20 110 5 2 3 7 0 0\ncpu1 9 9 9 9 9 9 9 9 0 0\n'
  assert.equal(busyShare(busyTime([0], before), busyTime([0], after)), 25 / 40)
})
