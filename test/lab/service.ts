import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { deadline } from '../deadline.ts'
import { readLines } from '../e2e/lines.ts'
import type { Lines } from '../e2e/lines.ts'
import type { Scope } from '../scope.ts'
import { enter, environment } from './enter.ts'
import type { Place } from './enter.ts'
import { runOf } from './run.ts'

/** A process that runs until it is stopped. */
export interface Service {
  readonly pid: number
  /** The lines of its output, errors among them. */
  readonly lines: Lines
  readonly signal: (signal: NodeJS.Signals) => void
  /** Settles once it has ended. */
  readonly exit: Promise<void>
  /** Ends it, by force if it does not end by SIGTERM. */
  readonly stop: () => Promise<void>
}

export interface ServiceOptions {
  /** Its log is `logs`/`name`.log. */
  readonly name: string
  readonly logs: string
  readonly place: Place
  readonly command: readonly string[]
  /** What its output says once it serves. */
  readonly ready: RegExp
  readonly env?: Readonly<Record<string, string>>
}

/** A service is ready within this time (ms) on a slow machine, and ends by SIGTERM within the other. */
const START = 45_000
const STOP = 10_000

/** Starts a service that lives as long as the scope, and waits until it is ready. */
export async function startService(t: Scope, options: ServiceOptions): Promise<Service> {
  const { name, logs, place, command, ready, env } = options
  const [file, args] = enter(place, ['sh', '-c', 'exec "$@" 2>&1', 'sh', ...command])
  const child = spawn(file, args, { env: environment(runOf(place), env), stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = readLines(child.stdout)
  child.stdout.pipe(createWriteStream(join(logs, `${name}.log`), { flags: 'a' }))
  const exit = once(child, 'close').then(([code, signal]) => lines.end(`${name} ended with ${code ?? signal}`))
  const stop = async () => {
    child.kill('SIGTERM')
    await deadline(exit, `${name} ends`, STOP).catch(() => child.kill('SIGKILL'))
    await exit
  }
  t.after(stop)
  await lines.waitFor(({ raw }) => ready.test(raw), `${name} is ready`, START)
  return { pid: child.pid ?? -1, lines, signal: (signal) => void child.kill(signal), exit, stop }
}
