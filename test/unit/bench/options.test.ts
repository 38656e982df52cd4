import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOptions } from '../../../bench/options.ts'
import { UserError } from '../../../src/errors.ts'

function complaint(args: readonly string[]): string {
  try {
    parseOptions(args)
  } catch (error) {
    assert.ok(error instanceof UserError)
    assert.equal(error.exitCode, 2)
    assert.match(error.hint ?? '', /--help/)
    return error.message
  }
  return assert.fail('it was taken')
}

test('without options all is measured in three rounds', () => {
  const { rounds, quick, proxies, measures, nodes } = parseOptions([])
  assert.deepEqual({ rounds, quick, nodes }, { rounds: 3, quick: false, nodes: [] })
  assert.deepEqual([proxies[0], measures[0]], ['raw', 'bulk'])
})

test('--quick means one round, unless there is another number', () => {
  assert.equal(parseOptions(['--quick']).rounds, 1)
  assert.equal(parseOptions(['--quick', '--rounds', '5']).rounds, 5)
})

test('--only and --measure choose, in the order of the table', () => {
  const options = parseOptions(['--only', 'acr-stream, nginx', '--measure=ping,bulk'])
  assert.deepEqual(options.proxies, ['nginx', 'acr-stream'])
  assert.deepEqual(options.measures, ['bulk', 'ping'])
})

test('--node may be repeated', () => {
  assert.deepEqual(parseOptions(['--node', '/a/node', '--node', '/b/node']).nodes, ['/a/node', '/b/node'])
})

test('what is wrong is named, with what was expected', () => {
  assert.match(complaint(['--only', 'ngnix']), /^--only: expected raw, nginx.*, got "ngnix"$/)
  assert.match(complaint(['--only', '']), /^--only: .*got ""$/)
  assert.match(complaint(['--measure', 'speed']), /^--measure: expected bulk, .*, got "speed"$/)
  for (const text of ['0', '-1', '1.5', 'three', '1000'])
    assert.equal(complaint([`--rounds=${text}`]), `--rounds: expected a number from 1 to 999, got "${text}"`)
  assert.match(complaint(['--fast']), /--fast/)
  assert.match(complaint(['--json']), /--json/)
  assert.match(complaint(['nginx']), /nginx/)
})
