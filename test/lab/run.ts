import { execFile } from 'node:child_process'
import { enter, environment } from './enter.ts'
import type { Place } from './enter.ts'

export interface Outcome {
  /** The exit code; undefined for a command that was killed because it took too long. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What the command reads on its standard input. */
  readonly input?: string
  /** It is killed after so long (ms). */
  readonly ms?: number
}

const MAX_OUTPUT = 16 * 1024 * 1024

/** Runs a command on this machine to its end; rejects unless it succeeds. */
export async function runHere(command: readonly [string, ...string[]], options: RunOptions = {}): Promise<string> {
  const [file, ...args] = command
  return succeeded(command, await execute(file, args, { ...options, env: environment('', options.env) }))
}

/** Runs a command in a place; rejects unless it succeeds. Resolves with its standard output. */
export async function run(place: Place, command: readonly string[], options: RunOptions = {}): Promise<string> {
  return succeeded(command, await attempt(place, command, options))
}

/** Runs a command in a place, to whatever end. */
export function attempt(place: Place, command: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [file, args] = enter(place, command)
  return execute(file, args, { ...options, env: environment(runOf(place), options.env) })
}

/** The run that a place belongs to. */
export function runOf({ namespace }: Place): string {
  return namespace.slice(0, namespace.lastIndexOf('-'))
}

function execute(file: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const { env, input, ms = 60_000 } = options
  return new Promise((resolve) => {
    const limits = { timeout: ms, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT } as const
    const child = execFile(file, args, { env, ...limits }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.killed === true ? undefined : exitCodeOf(error)
      resolve({ code, stdout, stderr: child.pid === undefined ? (error?.message ?? '') : stderr })
    })
    // A command that ends without reading its input is no failure of ours.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

function exitCodeOf({ code }: { readonly code?: unknown }): number {
  return typeof code === 'number' ? code : -1
}

function succeeded(command: readonly string[], { code, stdout, stderr }: Outcome): string {
  if (code === 0) return stdout
  const how = code === undefined ? 'took too long' : `ended with ${code}`
  throw new Error(`${command.join(' ')}: ${how}: ${`${stdout}\n${stderr}`.trim().slice(-1000)}`)
}
