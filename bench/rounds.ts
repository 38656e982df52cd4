import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { createScope } from '../test/scope.ts'
import type { Scope } from '../test/scope.ts'
import type { Layouts } from './cpus.ts'
import { WrongBytes } from './load.ts'
import { measures } from './measures/all.ts'
import type { Arena, Findings, Series } from './measures/measure.ts'
import type { MeasureName } from './measures/names.ts'
import type { Absent, Peer } from './peers/peer.ts'
import type { Plan } from './plan.ts'
import { startSubject } from './subject.ts'

export interface RoundsOptions {
  readonly rounds: number
  readonly measures: readonly MeasureName[]
  readonly peers: readonly Peer[]
  readonly plan: Plan
  readonly layouts: Layouts
  /** For files. */
  readonly directory: string
  /** Aborted by Ctrl-C. */
  readonly stop: AbortSignal
  /** Hears what is being done. */
  readonly tell: (text: string) => void
}

export interface Taken {
  readonly samples: Record<string, Record<string, number[]>>
  readonly memory: Record<string, Series>
  readonly disqualified: readonly Absent[]
  readonly notes: readonly string[]
}

/** Takes each measure of one proxy after the other, round by round, so that what disturbs the machine meets all of them. */
export async function takeRounds(scope: Scope, options: RoundsOptions): Promise<Taken> {
  const samples: Taken['samples'] = Object.fromEntries(options.peers.map(({ name }) => [name, {}]))
  const memory: Taken['memory'] = {}
  const disqualified: Absent[] = []
  const notes: string[] = []
  for (let round = 1; round <= options.rounds; round++) {
    for (const measure of options.measures) {
      for (const peer of options.peers) {
        const { name } = peer
        if (options.stop.aborted || disqualified.some((one) => one.name === name)) continue
        options.tell(`round ${round}, ${measure}: ${name}`)
        try {
          const { values, series } = await takeOne(scope, peer, measure, options)
          add((samples[name] ??= {}), values)
          if (series !== undefined) memory[name] ??= series
        } catch (error) {
          if (options.stop.aborted) break
          const why = error instanceof Error ? error.message : String(error)
          if (error instanceof WrongBytes) disqualified.push({ name, why })
          else notes.push(`${name}, ${measure}, round ${round}: ${why}`)
        }
      }
    }
  }
  return { samples, memory, disqualified, notes }
}

/** Takes one measure of one proxy; all it started is stopped in the end. */
async function takeOne(outer: Scope, peer: Peer, measure: MeasureName, options: RoundsOptions): Promise<Findings> {
  const scope = createScope()
  outer.after(scope.close)
  const { plan, layouts } = options
  const guarded: Scope = {
    after: (fn) => {
      // Its clean-ups have run by now: nothing more may be started.
      options.stop.throwIfAborted()
      scope.after(fn)
    },
  }
  const directory = await mkdtemp(join(options.directory, `${measure}-`))
  const start: Arena['start'] = (asked = {}) =>
    startSubject(guarded, { peer, plan, directory, layout: layouts.apart, ...asked })
  try {
    return await measures[measure].take({ scope: guarded, directory, peer, plan, layouts, start })
  } finally {
    await scope.close()
  }
}

function add(samples: Record<string, number[]>, values: Findings['values']): void {
  for (const [key, value] of Object.entries(values)) if (value !== undefined) (samples[key] ??= []).push(value)
}
