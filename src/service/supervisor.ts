import type { Log } from '../log.ts'
import type { Proxy } from '../proxy/proxy.ts'
import { startHeartbeat } from './heartbeat.ts'
import { createNotifier, type Fields } from './notify.ts'

/** What is left to do after the drain's deadline, before the end (ms). */
const AFTER_DRAIN_MS = 10_000

/** The service manager that runs us, and hears how we are. */
export interface Supervisor {
  /** What a successor needs of the environment. */
  readonly environment: Readonly<Record<string, string>>
  /** We serve, and are the main process; resolves when the manager knows it. From now on it hears how `proxy` is. */
  ready(proxy: Proxy): Promise<void>
  reloading(): void
  /** We stop, and may take `withinMs` for it. */
  stopping(withinMs: number): void
  /** Says nothing more: a successor that is ready does. */
  retire(): void
  /** Resolves when all is told. */
  close(): Promise<void>
}

/**
 * The service manager that the environment names by the variables of sd_notify(3) and sd_watchdog_enabled(3), which are then taken out
 * of it: what we start is not meant by them. Undefined where there is none.
 */
export function takeSupervisor(env: NodeJS.ProcessEnv, log: Log): Supervisor | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: pid } = env
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name]
  if (!socket) return undefined
  const watchdogMs = pid === undefined || Number(pid) === process.pid ? Number(usec ?? 0) / 1000 : 0
  const notifier = createNotifier(socket, log)
  let retired = false
  let stopHeartbeat = (): void => {}
  const send = (fields: Fields): Promise<boolean> => (retired ? Promise.resolve(false) : notifier.send(fields))
  return {
    environment: { NOTIFY_SOCKET: socket, ...(usec === undefined ? {} : { WATCHDOG_USEC: usec }) },
    async ready(proxy) {
      await send({ READY: 1, MAINPID: process.pid })
      stopHeartbeat()
      stopHeartbeat = startHeartbeat(send, watchdogMs, proxy, log)
    },
    // systemd 253 and later wait for both with Type=notify-reload; earlier ones do with the first.
    reloading: () => void send({ RELOADING: 1, MONOTONIC_USEC: Number(process.hrtime.bigint() / 1000n) }),
    stopping: (withinMs) =>
      void send({ STOPPING: 1, EXTEND_TIMEOUT_USEC: Math.round((withinMs + AFTER_DRAIN_MS) * 1000) }),
    retire() {
      retired = true
      stopHeartbeat()
    },
    async close() {
      stopHeartbeat()
      await notifier.close()
    },
  }
}
