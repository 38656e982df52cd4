import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deferred } from '../deferred.ts'
import { createScope } from '../scope.ts'

test('a scope runs its clean-ups backwards, past one that fails, and closes but once', async () => {
  const order: number[] = []
  const held = deferred<void>()
  const scope = createScope()
  scope.after(() => void order.push(1))
  scope.after(async () => {
    await held.promise
    order.push(2)
  })
  scope.after(() => Promise.reject(new Error('in vain')))
  const first = scope.close()
  const second = scope.close()
  scope.after(() => void order.push(3))
  held.resolve()
  await second
  assert.deepEqual(order, [3, 2, 1])
  await first
})
