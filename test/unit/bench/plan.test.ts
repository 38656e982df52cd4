import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planOf } from '../../../bench/plan.ts'

test('as many idle connections are planned as descriptors allow, and what they do not is said', () => {
  const { plan, left } = planOf(false, 20_000)
  assert.deepEqual(plan.idle, [100, 1000, 5000, 9000])
  assert.ok(plan.connections >= 9000 && 2 * plan.connections < 20_000)
  assert.deepEqual(left, [{ name: '15000 idle connections', why: '20000 descriptors are too few' }])
  assert.deepEqual(planOf(false, 8192).plan.idle, [100, 1000, 3000])
  assert.deepEqual(planOf(true, 1024).plan.idle, [50, 64])
})

test('with descriptors enough nothing is left out', () => {
  const { plan, left } = planOf(false, 65_536)
  assert.equal(plan.idle.at(-1), 15_000)
  assert.ok(plan.connections > 15_000)
  assert.deepEqual(left, [])
})
