import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { codeOf } from '../errors.ts'
import { passing } from './listen-fds.ts'
import type { Report } from './predecessor.ts'
import { unless } from './signals.ts'
import type { WhyNot } from './why-not.ts'

/** How long a successor may take until it serves (ms). */
const READY_LIMIT_MS = 30_000
/** How long one that has failed may take to end by itself, before it is killed (ms). */
const END_LIMIT_MS = 2_000
/** How long the program may take to say its version, and how much of its last words is told (characters). */
const VERSION_LIMIT_MS = 10_000
const MAX_WORDS = 1000

/** A listening socket to pass on. */
export interface HandedSocket {
  readonly name: string
  readonly descriptor: number
}

/** How to start a program: an executable and what it runs, and the arguments for that. */
export interface Command {
  readonly program: readonly [file: string, ...rest: readonly string[]]
  readonly args: readonly string[]
  readonly cwd: string
  /** What is added to the environment. */
  readonly environment: Readonly<Record<string, string>>
}

/** A process that is to take our place. */
export interface Successor {
  /** 0 where there is none. */
  readonly pid: number
  /** Never rejects; where it is not ready, it has ended. */
  readonly outcome: Promise<'ready' | WhyNot>
  /** Tells it that it is alone now. */
  release(): void
  /** Asks it to read its files again. */
  reload(): void
}

/** The way this process was started; run again, it is the program on disk that starts, which may be a newer one. */
export function ownCommand(environment: Command['environment']): Command {
  const [script = '', ...args] = process.argv.slice(1)
  return { program: [process.execPath, ...process.execArgv, script], args, cwd: process.cwd(), environment }
}

/** Starts a successor that inherits `sockets`. It is ended where it does not serve within `limitMs`, or `cancelled` comes first. */
export function startSuccessor(
  command: Command,
  sockets: readonly HandedSocket[],
  cancelled: AbortSignal,
  limitMs = READY_LIMIT_MS,
): Successor {
  const [file, ...first] = command.program
  const child = spawn(file, [...first, ...command.args], {
    cwd: directoryOf(command),
    stdio: ['inherit', 'inherit', 'inherit', ...sockets.map(({ descriptor }) => descriptor), 'ipc'],
    env: passing(
      sockets.map(({ name }) => name),
      { ...process.env, ...command.environment },
    ),
  })
  return {
    pid: child.pid ?? 0,
    outcome: outcomeOf(child, command, cancelled, limitMs),
    release() {
      if (child.connected) child.disconnect()
      child.unref()
    },
    reload: () => void child.kill('SIGHUP'),
  }
}

/** A directory that an upgrade has put another in place of is found by its name. */
function directoryOf({ cwd }: Command): string {
  return existsSync(cwd) ? cwd : '/'
}

async function outcomeOf(
  child: ChildProcess,
  command: Command,
  cancelled: AbortSignal,
  limitMs: number,
): Promise<'ready' | WhyNot> {
  const over = new AbortController()
  const gone = ending(child)
  const late = { why: `the successor was not ready within ${limitMs / 1000} s` }
  const outcome = await unless(
    cancelled,
    { why: 'this process is to stop' },
    Promise.race([
      reportOf(child),
      gone.then(async (how) => ({ why: (await lastWords(command)) ?? `the successor ${how}` })),
      delay(limitMs, late, over).catch(() => late),
    ]),
  )
  over.abort()
  if (outcome !== 'ready') await end(child, gone)
  return outcome
}

/** What the child reports first, be it that it serves, or why it does not. */
function reportOf(child: ChildProcess): Promise<'ready' | WhyNot> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (isReport(message)) resolve(message.report === 'ready' ? 'ready' : { why: message.why, hint: message.hint })
    })
  })
}

function isReport(message: unknown): message is Report {
  return typeof message === 'object' && message !== null && 'report' in message
}

/** How the child ended, once all it had reported is read. */
function ending(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${codeOf(error)}`))
    child.once('exit', (code, signal) => {
      const how = `ended with ${signal ?? code} before it was ready`
      if (child.connected) child.once('disconnect', () => resolve(how))
      else resolve(how)
    })
  })
}

/** Why the program on disk does not even say its version, if so: the end of its standard error. */
async function lastWords(command: Command): Promise<string | undefined> {
  const [file, ...first] = command.program
  try {
    await promisify(execFile)(file, [...first, '--version'], {
      cwd: directoryOf(command),
      timeout: VERSION_LIMIT_MS,
    })
    return undefined
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return words === '' ? undefined : `the program does not start: ${words.slice(-MAX_WORDS)}`
  }
}

async function end(child: ChildProcess, gone: Promise<string>): Promise<void> {
  const over = new AbortController()
  child.kill()
  const patience = delay(END_LIMIT_MS, undefined, over)
    .then(() => child.kill('SIGKILL'))
    .catch(() => {})
  await gone
  over.abort()
  await patience
}
