/**
 * `npm run lab`: what a user does, with docker, skopeo and ctr, through the real proxy to a cloud of real servers, on three machines
 * that are network namespaces. `--keep` leaves them up until Ctrl-C, `--down` removes what crashed runs left.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../../src/errors.ts'
import { createScope } from '../scope.ts'
import type { Scope } from '../scope.ts'
import { buildLab } from './build.ts'
import { allChecks } from './checks/all.ts'
import { writeEntrances } from './entrances.ts'
import { crashedRuns, directoryOf, foundElsewhere, ownRun, remains } from './remains.ts'
import { remove } from './remove.ts'
import { createReport, lastLines, messageOf } from './report.ts'
import { checkRights, checkTools } from './requirements.ts'

const { say, check, passed, failed } = createReport()
try {
  const { values } = parseArgs({ options: { keep: { type: 'boolean' }, down: { type: 'boolean' } } })
  checkRights()
  if (values.down === true) await down()
  else {
    await checkTools()
    await lab(values.keep === true)
  }
} catch (error) {
  say(
    `error: ${messageOf(error)}${error instanceof UserError && error.hint !== undefined ? `\nhint: ${error.hint}` : ''}`,
  )
  process.exitCode = 1
}

async function lab(keep: boolean): Promise<void> {
  const run = ownRun()
  const before = foundElsewhere()
  const scope = createScope()
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  const stopped = once(stop.signal, 'abort')
  const shown = show(scope, run, { keep, stop: stop.signal })
  try {
    await Promise.race([shown, stopped])
  } finally {
    await scope.close()
    await remove(run)
    // What was under way when it was stopped has failed by now, but may have started something in between.
    await shown.catch(() => {})
    await remove(run)
  }
  await check('nothing is left behind', async () => {
    const left = await remains(run, before)
    if (left.length > 0) throw new Error(left.join('\n'))
    return 'no namespace, process, mount or file'
  })
  say(`\n${passed()} passed, ${failed()} failed`)
  process.exitCode = failed() > 0 || (stop.signal.aborted && !keep) ? 1 : 0
}

/** Builds the lab and shows every fact. With `keep`, waits until it is stopped. */
async function show(
  scope: Scope,
  run: string,
  { keep, stop }: { readonly keep: boolean; readonly stop: AbortSignal },
): Promise<void> {
  const directory = directoryOf(run)
  const building = buildLab(scope, run, directory)
  await check('the lab is built', async () => {
    await building
    return 'a client, an ECS that runs acr-proxy, and a cloud'
  })
  const lab = await building.catch(() => undefined)
  if (lab !== undefined) for (const { name, run } of allChecks) if (!stop.aborted) await check(name, () => run(lab))
  if (failed() > 0 && !stop.aborted) say(`\n${await lastLines(join(directory, 'logs'))}`)
  if (lab === undefined || !keep || stop.aborted) return
  say(`\n${await writeEntrances(lab)}\n`)
  await once(stop, 'abort')
}

async function down(): Promise<void> {
  const runs = await crashedRuns()
  for (const run of runs) await remove(run)
  say(runs.length === 0 ? 'nothing to remove' : `removed ${runs.join(', ')}`)
}
