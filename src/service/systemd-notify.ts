import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { codeOf } from '../errors.ts'
import type { Deliver } from './notify.ts'

/** How long the service manager may take to hear us (ms): while it reloads itself it hears nobody. */
const LIMIT_MS = 10_000
/** What starting a child needs: the two ends of the pipe by which it says that it cannot run, and its /dev/null. */
const NEEDED_DESCRIPTORS = 3

/**
 * Delivers messages by systemd-notify(1), where there is no addon. It stays until the manager has taken the message, which must know of
 * what unit its sender is; the unit must admit messages of others than its main process (NotifyAccess=all).
 */
export function bySystemdNotify(socket: string): Deliver {
  const spare: number[] = []
  keep(spare)
  return (message) =>
    new Promise((resolve) => {
      // A proxy that has run out of descriptors must still be able to say that it lives.
      release(spare)
      const child = spawn('systemd-notify', message.split('\n'), {
        env: { PATH: process.env['PATH'], NOTIFY_SOCKET: socket },
        stdio: 'ignore',
        timeout: LIMIT_MS,
        killSignal: 'SIGKILL',
      })
      child.once('error', (error) => resolve(`systemd-notify: ${codeOf(error)}`))
      child.once('exit', (code, signal) => {
        // A stop is a SIGTERM for the whole unit: what was being said then no longer matters.
        const good = code === 0 || signal === 'SIGTERM'
        resolve(good ? undefined : `systemd-notify ended with ${code ?? signal}`)
      })
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
