import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { deadline } from '../deadline.ts'

const DEMO = fileURLToPath(new URL('../region/demo.js', import.meta.url))

/** Runs the demo with a temporary directory of its own, so that what it leaves behind can be seen. */
async function runDemo(t: TestContext, nodeOptions = '') {
  const directory = await mkdtemp(join(tmpdir(), 'acr-demo-'))
  const env = { ...process.env, TMPDIR: directory, NODE_OPTIONS: nodeOptions }
  const child = spawn(process.execPath, [DEMO], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(async () => {
    child.kill('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  })
  return { directory, child, output: text(child.stdout), exit: once(child, 'exit') }
}

test('the demo shows every step, ends by itself with 0 and leaves no file behind', async (t) => {
  const { directory, output, exit } = await runDemo(t)
  const shown = await deadline(output, 'the demo ends', 60_000)
  assert.deepEqual(await exit, [0, null], shown)
  assert.equal(shown.match(/^ok /gm)?.length, 11, shown)
  assert.doesNotMatch(shown, /^FAIL/m)
  assert.deepEqual(await readdir(directory), [])
})

test('an interrupted demo takes its proxy and its files with it', async (t) => {
  const { directory, child, exit } = await runDemo(t)
  const proxy = await deadline(
    new Promise<number>((resolve) => {
      let shown = ''
      child.stdout.on('data', (bytes: Buffer) => {
        shown += bytes.toString()
        const pid = /\(process (\d+)\)/.exec(shown)?.[1]
        if (pid !== undefined) resolve(Number(pid))
      })
    }),
    'the proxy runs',
  )
  child.kill('SIGINT')
  assert.deepEqual(await deadline(exit, 'the demo ends'), [1, null])
  assert.throws(() => process.kill(proxy, 0), { code: 'ESRCH' })
  assert.deepEqual(await readdir(directory), [])
})
