import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { deferred } from '../deferred.ts'
import { createScope } from '../scope.ts'

test('a scope runs its clean-ups backwards, past one that fails', async () => {
  const order: number[] = []
  const scope = createScope()
  scope.after(() => void order.push(1))
  scope.after(() => Promise.reject(new Error('in vain')))
  scope.after(() => void order.push(2))
  await scope.close()
  assert.deepEqual(order, [2, 1])
})

test('who closes a scope again waits for the clean-up that is under way', async () => {
  const order: string[] = []
  const held = deferred<void>()
  const scope = createScope()
  scope.after(async () => {
    await held.promise
    order.push('cleaned up')
  })
  const first = scope.close()
  const second = scope.close().then(() => order.push('closed again'))
  await setImmediate()
  held.resolve()
  await Promise.all([first, second])
  assert.deepEqual(order, ['cleaned up', 'closed again'])
})
