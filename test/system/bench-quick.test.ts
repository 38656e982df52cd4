import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readResults } from '../../bench/results.ts'
import { deadline } from '../deadline.ts'

const BENCH = fileURLToPath(new URL('../../bench/bench.js', import.meta.url))
const LONGEST = 110_000
/** Each measure, and one proxy of each kind, in parts that a busy machine gets done in time; bench-config.test.ts has the others. */
const RUNS = [
  ['bulk,short,ping,idle', 'raw,acr-stream,acr-splice'],
  ['active,memory,cores,tls', 'raw,acr-stream,acr-splice'],
  ['bulk,short,idle,cores,tls', 'nginx,haproxy-splice,sniproxy'],
] as const

interface Run {
  readonly directory: string
  readonly signal: (signal: NodeJS.Signals) => void
  /** Settles once it says so on standard error. */
  readonly says: (pattern: RegExp) => Promise<void>
  /** Its exit code and output. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

/** Starts the benchmark with a folder of its own for temporary files. */
async function startBench(t: TestContext, args: readonly string[]): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-bench-test-'))
  const child = spawn(process.execPath, [BENCH, ...args], {
    cwd: directory,
    env: { ...process.env, TMPDIR: directory },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const closed = once(child, 'close')
  t.after(async () => {
    child.kill('SIGTERM')
    await closed
    await rm(directory, { recursive: true, force: true })
  })
  return {
    directory,
    signal: (signal) => void child.kill(signal),
    says: async (pattern) => {
      while (!pattern.test(stderr)) await deadline(once(child.stderr, 'data'), `it says ${pattern.source}`, LONGEST)
    },
    ended: closed.then(([code]: (number | null)[]) => ({ code: code ?? null, stdout, stderr })),
  }
}

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

for (const [measured, kinds] of RUNS) {
  test(`${measured} of ${kinds}: all figures are there, and no byte is wrong`, async (t) => {
    const args = ['--quick', '--only', kinds, '--measure', measured, '--json', 'out.json', '--svg', 'out.svg']
    const { directory, ended } = await startBench(t, args)
    const { code, stdout, stderr } = await deadline(ended, 'the benchmark ends', LONGEST)
    const trouble = stdout.split('\n').filter((line) => /^(note|disqualified|absent): /.test(line))
    assert.equal(code, 0, `${trouble.join('\n')}\n${stderr}`)
    const { proxies, absent, samples, figures, disqualified } = await readResults(join(directory, 'out.json'))
    assert.deepEqual(disqualified, [])
    // The engine may be one that is not built here; everything else is installed.
    const names = [...proxies, ...absent.filter(({ name }) => name === 'acr-splice')].map(({ name }) => name)
    assert.deepEqual(names.toSorted(), kinds.split(',').toSorted())
    for (const { name } of proxies) {
      assert.ok(stdout.includes(name))
      for (const { key } of name === 'raw' ? [] : figures) {
        const [value] = samples[name]?.[key] ?? []
        assert.ok(value !== undefined && Number.isFinite(value), `${name} has no ${key}`)
      }
    }
    assert.match(await readFile(join(directory, 'out.svg'), 'utf8'), /^<svg /)
  })
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
