import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { reportError } from '../../../src/cli/print.ts'
import { UserError } from '../../../src/errors.ts'

const PRINT = new URL('../../../src/cli/print.js', import.meta.url).href

test('a reader that goes away early is no error', async () => {
  const script = `
    const { print, quietPipes } = await import(${JSON.stringify(PRINT)})
    quietPipes()
    process.stdin.once('data', () => print('x'.repeat(1e6)))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe', timeout: 20_000 })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdout.destroy()
  await once(child.stdout, 'close')
  child.stdin.end('now')
  const [code] = await once(child, 'close')
  assert.deepEqual([code, stderr], [0, ''])
})

for (const [error, code, written] of [
  [new UserError('it broke', { hint: 'mend it' }), 1, /^error: it broke\nhint: mend it\n$/],
  [new UserError('what?', { exitCode: 2 }), 2, /^error: what\?\n$/],
  [new TypeError('oh'), 1, /^error: unexpected: TypeError: oh\n {4}at [^]*\nhint: this is a fault of acr-proxy, /],
  ['thrown text', 1, /^error: unexpected: thrown text\nhint: /],
] as const) {
  test(`an error is told on standard error and ends with ${code}: ${String(error)}`, (t) => {
    const write = t.mock.method(process.stderr, 'write', () => true)
    const got = reportError(error)
    const text = write.mock.calls.map(({ arguments: [chunk] }) => String(chunk)).join('')
    write.mock.restore()
    assert.equal(got, code)
    assert.match(text, written)
  })
}
