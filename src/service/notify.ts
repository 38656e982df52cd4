import { setTimeout as delay } from 'node:timers/promises'
import { getSystemErrorName } from 'node:util'
import type { Log } from '../log.ts'
import { loadNative } from '../proxy/engine/native.ts'
import { bySystemdNotify } from './systemd-notify.ts'

/** How long the end of the process waits for what is not yet sent (ms). */
const LAST_MS = 2_000

/** The fields of a message as sd_notify(3) names them. */
export type Fields = Readonly<Record<string, string | number>>

/** Gives a message, a field a line, to the service manager; why that failed, undefined where it did not. Never rejects. */
export type Deliver = (message: string) => Promise<string | undefined>

export interface Notifier {
  /** Sends a message after those sent before. Resolves, never rejects, to whether the manager has taken it. */
  readonly send: (fields: Fields) => Promise<boolean>
  /** Resolves when everything is sent, or cannot be. */
  readonly close: () => Promise<void>
}

/** Sends messages to the service manager at `socket`. Node has no unix datagram sockets: the addon does it where there is one. */
export function createNotifier(socket: string, log: Log): Notifier {
  const deliver = byAddon(socket) ?? bySystemdNotify(socket)
  let last: Promise<unknown> = Promise.resolve()
  let failing = false

  const send = async (fields: Fields): Promise<boolean> => {
    const lines = Object.entries(fields).map(([name, value]) => `${name}=${String(value).replaceAll('\n', ' ')}`)
    const why = await deliver(lines.join('\n'))
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
    },
  }
}

/** The addon sends as this process, of which the manager knows the unit. */
function byAddon(socket: string): Deliver | undefined {
  const loaded = loadNative()
  if (!loaded.ok) return undefined
  return (message) => {
    const errno = loaded.native.notify(socket, message)
    return Promise.resolve(errno === 0 ? undefined : getSystemErrorName(-errno))
  }
}
