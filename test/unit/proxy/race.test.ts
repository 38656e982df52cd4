import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Attempt, type Outcome, race } from '../../../src/proxy/race.ts'

/** An attempt whose outcome the test decides, and which tells whether it was started and given up. */
function manual(): {
  attempt: Attempt<string>
  started: boolean
  givenUp: boolean
  settle(outcome: Outcome<string>): void
} {
  let done: (outcome: Outcome<string>) => void = () => assert.fail('settled before it was started')
  const state = {
    started: false,
    givenUp: false,
    attempt: ((callback) => {
      state.started = true
      done = callback
      return () => void (state.givenUp = true)
    }) satisfies Attempt<string>,
    settle: (outcome: Outcome<string>) => done(outcome),
  }
  return state
}

const failure = (message: string): Outcome<string> => ({ ok: false, error: new Error(message) })

test('the next attempt starts as soon as one has failed', async () => {
  const [a, b] = [manual(), manual()]
  const { result } = race([a.attempt, b.attempt], 60_000, 60_000)
  assert.equal(b.started, false)
  a.settle(failure('refused'))
  assert.equal(b.started, true)
  b.settle({ ok: true, value: 'b' })
  const { won, errors } = await result
  assert.deepEqual(won, { value: 'b', index: 1 })
  assert.equal(errors[0]?.message, 'refused')
})

test('the next attempt starts when the stagger has passed, and the loser is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [a, b, c] = [manual(), manual(), manual()]
  const { result } = race([a.attempt, b.attempt, c.attempt], 250, 15_000)
  t.mock.timers.tick(249)
  assert.equal(b.started, false)
  t.mock.timers.tick(1)
  assert.equal(b.started, true)
  b.settle({ ok: true, value: 'b' })
  assert.deepEqual((await result).won, { value: 'b', index: 1 })
  assert.equal(a.givenUp, true)
  t.mock.timers.tick(15_000)
  assert.equal(c.started, false, 'nothing is started after the end')
})

test('all attempts are given up when the whole takes too long', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [a, b] = [manual(), manual()]
  const { result } = race([a.attempt, b.attempt], 250, 1000)
  t.mock.timers.tick(1000)
  const { won, errors } = await result
  assert.equal(won, undefined)
  assert.equal(errors.length, 0)
  assert.equal(a.givenUp && b.givenUp, true)
})

test('a failure during the stagger does not start two attempts', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [a, b, c] = [manual(), manual(), manual()]
  race([a.attempt, b.attempt, c.attempt], 250, 15_000)
  t.mock.timers.tick(100)
  a.settle(failure('refused'))
  t.mock.timers.tick(200)
  assert.equal(b.started, true)
  assert.equal(c.started, false, 'the stagger runs anew from the attempt that took its place')
  t.mock.timers.tick(50)
  assert.equal(c.started, true)
})

test('every error is kept when all attempts fail, at once or later', async () => {
  const immediate: Attempt<string> = (done) => {
    done(failure('at once'))
    return () => {}
  }
  const later = manual()
  const { result } = race([immediate, later.attempt], 60_000, 60_000)
  later.settle(failure('later'))
  const { won, errors } = await result
  assert.equal(won, undefined)
  assert.deepEqual(
    errors.map((error) => error?.message),
    ['at once', 'later'],
  )
})

test('a cancelled race and one without attempts have no winner', async () => {
  const a = manual()
  const running = race([a.attempt], 250, 1000)
  running.cancel()
  assert.equal((await running.result).won, undefined)
  assert.equal(a.givenUp, true)
  assert.equal((await race([], 250, 1000).result).won, undefined)
})
