import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { readLines } from '../../e2e/lines.ts'

const never = () => false

test('a line is found whether it came before or comes after it was waited for', async () => {
  const output = new PassThrough()
  const lines = readLines(output)
  output.write('{"msg":"ready","n":1}\n{"msg":"conn')
  const first = await lines.waitFor(({ msg }) => msg === 'ready', 'ready')
  assert.equal(first['n'], 1)
  const second = lines.waitFor(({ msg }) => msg === 'connection', 'connection')
  output.write('ection"}\nno JSON\n42\n')
  assert.equal((await second).raw, '{"msg":"connection"}')
  assert.equal(await lines.waitFor(({ msg }) => msg === 'ready', 'ready'), first)
  await lines.waitFor(({ raw }) => raw === '42', 'the last line')
  assert.deepEqual(lines.all.slice(2), [{ raw: 'no JSON' }, { raw: '42' }])
})

test('a wait that cannot succeed ends with its label, the reason and the last lines', async () => {
  const output = new PassThrough()
  const lines = readLines(output)
  output.write('{"msg":"other"}\n')
  await lines.waitFor(({ msg }) => msg === 'other', 'other')
  await assert.rejects(lines.waitFor(never, 'by the deadline', 20), /by the deadline: not within 20 ms.*\n.*"other"/)
  const waiting = assert.rejects(lines.waitFor(never, 'by the end'), /by the end: gone.*\n.*"other"/)
  lines.end('gone')
  await waiting
  await assert.rejects(lines.waitFor(never, 'after the end'), /after the end: gone/)
})
