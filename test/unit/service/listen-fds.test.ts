import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserError } from '../../../src/errors.ts'
import { passedNames, passing } from '../../../src/service/listen-fds.ts'

const PID = String(process.pid)

test('descriptors for this process come with their names, and leave no trace in the environment', () => {
  const env = { LISTEN_PID: PID, LISTEN_FDS: '3', LISTEN_FDNAMES: 'https::admin', LISTEN_PIDFDID: '7', HOME: '/root' }
  assert.deepEqual(passedNames(env), ['https', 'unknown', 'admin'])
  assert.deepEqual(env, { HOME: '/root' })
  assert.deepEqual(passedNames({ LISTEN_PID: PID, LISTEN_FDS: '2' }), ['unknown', 'unknown'])
})

test('descriptors for another process are not ours, and their variables go as well', () => {
  for (const other of [{ LISTEN_PID: '1' }, { LISTEN_PPID: '1' }, {}]) {
    const env = { ...other, LISTEN_FDS: '1', LISTEN_FDNAMES: 'x' }
    assert.deepEqual(passedNames(env), [])
    assert.deepEqual(env, {})
  }
  assert.deepEqual(passedNames({ LISTEN_PID: PID }), [])
})

test('a number of descriptors that is none is told', () => {
  for (const LISTEN_FDS of ['x', '-1', '1.5', '99999', ' 1'])
    assert.throws(
      () => passedNames({ LISTEN_PID: PID, LISTEN_FDS }),
      (error) =>
        error instanceof UserError && error.message.startsWith('LISTEN_FDS: expected a number') && !!error.hint,
    )
})

test('what is passed to a child is found by it', () => {
  const env = passing(['a', 'b'], { HOME: '/root' })
  assert.deepEqual(passedNames({ ...env, LISTEN_PPID: String(process.ppid) }), ['a', 'b'])
  assert.deepEqual(env, { HOME: '/root', LISTEN_FDS: '2', LISTEN_FDNAMES: 'a:b', LISTEN_PPID: PID })
})
