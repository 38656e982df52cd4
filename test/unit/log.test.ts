import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'

const LOG = new URL('../../src/log.js', import.meta.url).href

/** A process that logs so many lines about `what`, waits for them to be written or whatever comes in place of that, and ends at once. */
function startLogging(t: TestContext, lines: number, end = 'await flush()', what = '{ i }') {
  const program = `
    import { pbkdf2 } from 'node:crypto'
    import { createLog } from ${JSON.stringify(LOG)}
    // As in the command line: a write to a pipe then does not wait for its reader.
    process.stdout.on('error', () => {})
    const { log, flush } = await createLog({ level: 'info', format: 'json' })
    // Every thread that could write is busy, so that a write is still under way when the log is flushed.
    for (let i = 0; i < 8; i++) pbkdf2('', '', 60_000, 64, 'sha512', () => {})
    for (let i = 0; i < ${lines}; i++) log.info(${what}, 'line')
    ${end}
    process.exit()`
  const args = ['--input-type=module', '-e', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => void child.kill('SIGKILL'))
  return child
}

test('every line is out, in order, when the log is flushed before the end of the process', async (t) => {
  const { stdout } = startLogging(t, 2000)
  const lines = (await deadline(text(stdout), 'the lines')).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => /"i":(\d+)/.exec(line)?.[1]),
    Array.from({ length: 2000 }, (_, i) => String(i)),
  )
})

test('lines come out as they are, however long and in whatever script', async (t) => {
  const { stdout } = startLogging(t, 40, 'await flush()', "{ name: '镜像é'.repeat(i ** 3) }")
  const lines = (await deadline(text(stdout), 'the lines')).trimEnd().split('\n')
  assert.equal(lines.length, 40)
  for (const [i, line] of lines.entries()) assert.ok(line.includes(`"name":"${'镜像é'.repeat(i ** 3)}"`), `line ${i}`)
})

test('every line is out when the process ends by an exception', async (t) => {
  const { stdout } = startLogging(t, 10, 'throw new Error()')
  const lines = (await deadline(text(stdout), 'the lines')).trimEnd().split('\n')
  assert.equal(lines.length, 10)
})

test('lines are out soon, however few they are', async (t) => {
  const { stdout } = startLogging(t, 1, 'setInterval(() => {}, 1000); await new Promise(() => {})')
  const [line] = await deadline(once(stdout, 'data'), 'the line')
  assert.match(String(line), /"i":0/)
})

test('a reader that has stalled does not keep the process from ending', async (t) => {
  const child = startLogging(t, 50_000)
  child.stdout.pause()
  await deadline(once(child, 'exit'), 'the end of the process')
})
