import assert from 'node:assert/strict'
import test from 'node:test'
import { withDeadline } from '../../../../src/diagnostics/doctor/deadline.ts'
import { collectGarbage } from '../../../gc.ts'

const never = (): Promise<never> => new Promise(() => {})

test('what takes too long is given up, though nobody holds on to it', async () => {
  const running = withDeadline(new AbortController().signal, 50, 'no answer', never)
  collectGarbage()
  await assert.rejects(running, { message: 'no answer in 0.05 s', code: 'ETIMEDOUT' })
})

test('an abort ends it with its reason, also one that came before, and whatever the work says of it', async () => {
  const reason = new Error('interrupted')
  const controller = new AbortController()
  const running = withDeadline(
    controller.signal,
    10_000,
    'late',
    (limited) =>
      new Promise((_resolve, reject) => limited.addEventListener('abort', () => reject(new Error('aborted')))),
  )
  controller.abort(reason)
  await assert.rejects(running, reason)
  await assert.rejects(withDeadline(controller.signal, 10_000, 'late', never), reason)
})
