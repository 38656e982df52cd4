import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { deadline } from '../test/deadline.ts'
import { type Lines, readLines } from '../test/e2e/lines.ts'
import type { Scope } from '../test/scope.ts'
import type { Cpus } from './cpus.ts'

/** A program that runs on some processors until it ends, or its scope does. */
export interface Process {
  readonly pid: number
  /** Its standard output, unless that goes to a file. */
  readonly lines: Lines
  readonly stdin: Writable
  /** Its standard error so far. */
  readonly stderr: () => string
  /** Its exit code, or the signal it ended by, once its output is read. */
  readonly ended: Promise<number | string>
  /** Ends it and all it has started. */
  readonly stop: () => Promise<void>
}

export interface ProcessOptions {
  readonly cpus: Cpus
  /** The limit of open descriptors. */
  readonly descriptors: number
  /** The file its standard output goes to. */
  readonly stdout?: string
  /** Where it runs. */
  readonly directory?: string
}

/** After SIGTERM it may take so long (ms) to end. */
const GRACE = 3000

/** Starts a program in a process group of its own, so that Ctrl-C reaches it by its scope alone. */
export function startProcess(scope: Scope, command: readonly string[], options: ProcessOptions): Process {
  const { cpus, descriptors, stdout, directory } = options
  const limited = ['-c', 'ulimit -n "$1" && shift && exec "$@"', 'sh', String(descriptors)]
  // Before it is there: a scope that has ended takes nothing more.
  let stop = async (): Promise<void> => {}
  scope.after(() => stop())
  const file = stdout === undefined ? undefined : openSync(stdout, 'a')
  const child = spawn('sh', [...limited, 'taskset', '-c', cpus.join(','), ...command], {
    detached: true,
    cwd: directory,
    stdio: ['pipe', file ?? 'pipe', 'pipe'],
  })
  if (child.stdin === null || child.stderr === null) throw new Error('spawn made no pipes')
  if (file !== undefined) closeSync(file)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  // One that has ended reads no more.
  child.stdin.on('error', () => {})
  const lines = readLines(child.stdout ?? child.stderr)
  const ended = once(child, 'close').then(([code, signal]) => {
    const how: number | string = code ?? signal
    lines.end(`${command[0] ?? ''} ended with ${how}, saying ${stderr}`)
    return how
  })
  stop = async () => {
    signalGroup(child.pid, 'SIGTERM')
    await deadline(ended, 'it ends', GRACE).catch(() => {})
    // Whatever the group still has in it.
    signalGroup(child.pid, 'SIGKILL')
    await ended
  }
  return { pid: child.pid ?? -1, lines, stdin: child.stdin, stderr: () => stderr, ended, stop }
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // All of it has ended.
  }
}
