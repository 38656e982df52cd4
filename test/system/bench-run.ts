import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { MeasureName } from '../../bench/measures/names.ts'
import type { ProxyName } from '../../bench/peers/names.ts'
import { readResults } from '../../bench/results.ts'
import { deadline } from '../deadline.ts'

const BENCH = fileURLToPath(new URL('../../bench/bench.js', import.meta.url))
const LONGEST = 110_000

export interface Run {
  readonly directory: string
  readonly signal: (signal: NodeJS.Signals) => void
  /** Settles once it says so on standard error. */
  readonly says: (pattern: RegExp) => Promise<void>
  /** Its exit code and output. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

/** Starts the benchmark with a folder of its own for temporary files. */
export async function startBench(t: TestContext, args: readonly string[]): Promise<Run> {
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

/** Takes these measures of these proxies by a quick run: fails unless all figures are there, and no byte is wrong. */
export async function checkQuickRun(
  t: TestContext,
  measured: readonly MeasureName[],
  kinds: readonly ProxyName[],
): Promise<void> {
  const args = ['--quick', '--only', kinds.join(','), '--measure', measured.join(','), '--json', 'out.json']
  const { directory, ended } = await startBench(t, [...args, '--svg', 'out.svg'])
  const { code, stdout, stderr } = await deadline(ended, 'the benchmark ends', LONGEST)
  const trouble = stdout.split('\n').filter((line) => /^(note|disqualified|absent): /.test(line))
  assert.equal(code, 0, `${trouble.join('\n')}\n${stderr}`)
  const { proxies, absent, samples, figures, disqualified } = await readResults(join(directory, 'out.json'))
  assert.deepEqual(disqualified, [])
  // The engine may be one that is not built here; everything else is installed.
  const names = [...proxies, ...absent.filter(({ name }) => name === 'acr-splice')].map(({ name }) => name)
  assert.deepEqual(names.toSorted(), kinds.toSorted())
  for (const { name } of proxies) {
    assert.ok(stdout.includes(name))
    for (const { key } of name === 'raw' ? [] : figures) {
      const [value] = samples[name]?.[key] ?? []
      assert.ok(value !== undefined && Number.isFinite(value), `${name} has no ${key}`)
    }
  }
  assert.match(await readFile(join(directory, 'out.svg'), 'utf8'), /^<svg /)
}
