import assert from 'node:assert/strict'
import test from 'node:test'
import { sayBytes, sayDuration } from '../../../src/cli/quantities.ts'

test('bytes are said in steps of 1000, with two digits or more', () => {
  const said = [0, 999, 1000, 1234, 9940, 9960, 999_400, 999_600, 64e6, 1.5e9, 2e12, 5e18].map(sayBytes)
  const expected = [
    '0 B',
    '999 B',
    '1.0 kB',
    '1.2 kB',
    '9.9 kB',
    '10 kB',
    '999 kB',
    '1.0 MB',
    '64 MB',
    '1.5 GB',
    '2.0 TB',
  ]
  assert.deepEqual(said, [...expected, '5000 PB'])
})

test('a duration is said in its two greatest units', () => {
  const said = [0, 999, 1000, 65_000, 120_000, 7_980_000, 7_205_000, 183_600_000].map(sayDuration)
  assert.deepEqual(said, ['0s', '0s', '1s', '1m 5s', '2m', '2h 13m', '2h', '2d 3h'])
})
