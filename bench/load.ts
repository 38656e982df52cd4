import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '../src/errors.ts'
import type { Scope } from '../test/scope.ts'
import { NAME } from './peers/peer.ts'
import { run } from './peers/program.ts'
import { type Process, type ProcessOptions, startProcess } from './process.ts'

const SOURCE = fileURLToPath(new URL('../../bench/load', import.meta.url))
const PROGRAM = fileURLToPath(new URL('load/load', import.meta.url))

/** A proxy that loses or changes bytes is not compared. */
export class WrongBytes extends Error {
  override readonly name = 'WrongBytes'
}

/** What the load generator reports at its end. */
export interface LoadResult {
  readonly finished: number
  readonly failed: number
  readonly wrong: number
  readonly seconds: number
  readonly bytes: number
  readonly exchanges: number
  /** Of the exchanges, in microseconds. */
  readonly p50: number
  readonly p99: number
}

export type LoadMode = 'down' | 'up' | 'short' | 'ping'

/** Mode; number of connections; bytes of each of them (`down`, `up`) or seconds; `full` compares every byte. */
export type LoadArguments = readonly [LoadMode, number, number, 'full'?]

/** Compiles the load generator; a UserError where that fails. */
export async function buildLoad(): Promise<void> {
  mkdirSync(dirname(PROGRAM), { recursive: true })
  const { ok, text } = await run(['make', '-s', '-C', SOURCE, `OUT=${PROGRAM}`])
  if (!ok) {
    throw new UserError(`the load generator could not be built: ${text.trim()}`, {
      hint: 'it needs make and a C compiler: on Debian, run bench/install.sh',
    })
  }
}

/** Starts the server behind the proxies, and resolves with its port. */
export async function startBackend(scope: Scope, options: ProcessOptions): Promise<number> {
  const { lines } = startProcess(scope, [PROGRAM, 'backend', NAME], options)
  const line = await lines.waitFor((said) => 'port' in said, 'the backend listens')
  return Number(line['port'])
}

export function startLoad(scope: Scope, port: number, load: LoadArguments, options: ProcessOptions): Process {
  const [mode, ...amounts] = load
  return startProcess(scope, [PROGRAM, mode, String(port), NAME, ...amounts.map(String)], options)
}

/** Starts connections that stand idle. */
export function startHold(scope: Scope, port: number, connections: number, options: ProcessOptions): Process {
  return startProcess(scope, [PROGRAM, 'hold', String(port), NAME, String(connections)], options)
}

/** Waits for a load to end. Rejects if a connection failed, with WrongBytes if one got other bytes than were sent. */
export async function resultOf(load: Process): Promise<LoadResult> {
  await load.ended
  const [line] = load.lines.all
  if (line === undefined) throw new Error(`the load generator ended without a result: ${load.stderr().trim()}`)
  const value = (key: string) => Number(line[key])
  const [finished, failed, wrong] = [value('finished'), value('failed'), value('wrong')]
  if (wrong > 0) throw new WrongBytes(`wrong or missing bytes on ${wrong} of ${finished + failed + wrong} connections`)
  if (failed > 0) throw new Error(`${failed} of ${finished + failed} connections failed. ${load.stderr().trim()}`)
  return {
    finished,
    failed,
    wrong,
    seconds: value('seconds'),
    bytes: value('bytes'),
    exchanges: value('exchanges'),
    p50: value('p50'),
    p99: value('p99'),
  }
}
