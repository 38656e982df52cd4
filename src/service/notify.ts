import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf } from '../errors.ts'
import type { Log } from '../log.ts'

/** How long the service manager may take to hear us (ms): while it reloads itself it hears nobody. */
const LIMIT_MS = 10_000
/** How long the end of the process waits for what is not yet sent (ms). */
const LAST_MS = 2_000
/** What starting a child needs: the two ends of the pipe by which it says that it cannot run, and its /dev/null. */
const NEEDED_DESCRIPTORS = 3

/** The fields of a message as sd_notify(3) names them. */
export type Fields = Readonly<Record<string, string | number>>

export interface Notifier {
  /** Sends a message after those sent before. Resolves, never rejects, to whether the manager has taken it. */
  readonly send: (fields: Fields) => Promise<boolean>
  /** Resolves when everything is sent, or cannot be. */
  readonly close: () => Promise<void>
}

/**
 * Sends messages to the service manager at `socket`, by systemd-notify(1): Node has no unix datagram sockets, and an addon would need a
 * compiler wherever it is installed. It stays until the manager has taken the message, which must know of what unit its sender is.
 */
export function createNotifier(socket: string, log: Log): Notifier {
  const spare: number[] = []
  let last: Promise<unknown> = Promise.resolve()
  let failing = false
  keep(spare)

  const send = async (fields: Fields): Promise<boolean> => {
    const why = await run(socket, fields, spare)
    if (why !== undefined && !failing) log.error({ why }, 'the service manager cannot be told')
    failing = why !== undefined
    return !failing
  }
  return {
    send(fields) {
      const sent = last.then(() => send(fields))
      last = sent
      return sent
    },
    async close() {
      await Promise.race([last, delay(LAST_MS, undefined, { ref: false })])
      release(spare)
    },
  }
}

/** Runs it; why that failed, undefined when it did not. */
function run(socket: string, fields: Fields, spare: number[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // A proxy that has run out of descriptors must still be able to say that it lives.
    release(spare)
    const child = spawn(
      'systemd-notify',
      Object.entries(fields).map(([name, value]) => `${name}=${String(value).replaceAll('\n', ' ')}`),
      {
        env: { PATH: process.env['PATH'], NOTIFY_SOCKET: socket },
        stdio: 'ignore',
        timeout: LIMIT_MS,
        killSignal: 'SIGKILL',
      },
    )
    child.once('error', (error) => resolve(`systemd-notify: ${codeOf(error)}`))
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? undefined : `systemd-notify ended with ${code ?? signal}`),
    )
    keep(spare)
  })
}

/** Takes descriptors in reserve, as many as can be had. */
function keep(spare: number[]): void {
  try {
    while (spare.length < NEEDED_DESCRIPTORS) spare.push(openSync('/dev/null', 'r'))
  } catch {
    // None is left: the next time, maybe.
  }
}

function release(spare: number[]): void {
  for (const descriptor of spare.splice(0)) closeSync(descriptor)
}
