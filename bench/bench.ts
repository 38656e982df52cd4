/** `npm run bench`: acr-proxy and its peers under the same load, in turn. `--help` lists the options. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../src/errors.ts'
import { createScope } from '../test/scope.ts'
import { allowedCpus, layoutsOf } from './cpus.ts'
import { descriptorLimit } from './descriptors.ts'
import { buildLoad } from './load.ts'
import { describeMachine } from './machine.ts'
import { measures } from './measures/all.ts'
import { type Options, parseOptions, USAGE } from './options.ts'
import { findPeers } from './peers/find.ts'
import { planOf } from './plan.ts'
import { chartOf } from './report/chart.ts'
import { updateReadmes } from './report/readme.ts'
import { reportOf } from './report/text.ts'
import { readResults, type Results } from './results.ts'
import { takeRounds } from './rounds.ts'
import { tryOut } from './trial.ts'

// Whoever read it may have gone; all that runs is still to be stopped.
process.stdout.on('error', () => {})
try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(USAGE)
  else await show(options)
} catch (error) {
  const hint = error instanceof UserError && error.hint !== undefined ? `hint: ${error.hint}\n` : ''
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n${hint}`)
  process.exitCode = error instanceof UserError ? error.exitCode : 1
}

async function show(options: Options): Promise<void> {
  const results = options.from === undefined ? await measureAll(options) : await readResults(options.from)
  if (results === undefined) return
  process.stdout.write(reportOf(results))
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 1)}\n`)
  if (options.svg !== undefined) await writeFile(options.svg, chartOf(results))
  if (options.readme) await updateReadmes(results)
  if (results.disqualified.length + results.notes.length > 0) process.exitCode = 1
}

/** Measures; undefined when it was stopped before the end. */
async function measureAll(options: Options): Promise<Results | undefined> {
  if (process.platform !== 'linux') throw new UserError('the benchmark needs Linux')
  const layouts = layoutsOf(allowedCpus())
  const descriptors = await descriptorLimit()
  const { plan, left } = planOf(options.quick, descriptors)
  const found = await findPeers(options.proxies, options.nodes)
  await buildLoad()
  const stop = new AbortController()
  const scope = createScope()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stop.abort()
      void scope.close()
    })
  }
  const machine = await describeMachine(layouts, descriptors)
  const started = performance.now()
  const tell = (text: string) =>
    void process.stderr.write(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${text}\n`)
  const directory = await mkdtemp(join(tmpdir(), 'acr-bench-'))
  try {
    const { peers, absent } = await tryOut(scope, found, { plan, layout: layouts.apart, directory })
    const taken = await takeRounds(scope, { ...options, peers, plan, layouts, directory, stop: stop.signal, tell })
    if (stop.signal.aborted) {
      process.exitCode = 130
      return undefined
    }
    return {
      format: 1,
      takenAt: new Date().toISOString(),
      quick: options.quick,
      rounds: options.rounds,
      machine,
      proxies: peers.map(({ name, version, own }) => ({ name, version, own })),
      absent: [...absent, ...left],
      ...taken,
      figures: options.measures.flatMap((name) => measures[name].figures(plan)),
    }
  } finally {
    await scope.close()
    await rm(directory, { recursive: true, force: true })
  }
}
