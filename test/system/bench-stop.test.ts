import assert from 'node:assert/strict'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { startBench } from './bench-run.ts'

/** Processes that run in a folder or were started with it in their arguments. */
async function processesOf(directory: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    if (command.includes(directory) || folder.startsWith(directory)) found.push(command.replaceAll('\0', ' '))
  }
  return found
}

test('Ctrl-C stops all that was started, and leaves no file', async (t) => {
  const { directory, ended, signal, says } = await startBench(t, ['--only', 'nginx', '--measure', 'bulk'])
  await says(/bulk: nginx/)
  const running = async () => (await processesOf(directory)).some((command) => command.includes('nginx'))
  const end = performance.now() + 20_000
  while (!(await running())) assert.ok(performance.now() < end, 'nginx runs')
  signal('SIGINT')
  const { code } = await deadline(ended, 'it ends', 20_000)
  assert.equal(code, 130)
  assert.deepEqual(await processesOf(directory), [])
  assert.deepEqual(await readdir(directory), [])
})

test('a wrong option is told with a hint', async (t) => {
  const { ended } = await startBench(t, ['--only', 'ngnix'])
  const { code, stderr } = await deadline(ended, 'it ends')
  assert.equal(code, 2)
  assert.match(stderr, /^error: --only: expected raw, .*\nhint: npm run bench -- --help/)
})
