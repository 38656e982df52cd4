import type { Log } from '../log.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { Lifecycle } from './lifecycle.ts'
import { createNotifier, type Fields } from './notify.ts'

/** What is left to do after the drain's deadline, before the end (ms). */
const AFTER_DRAIN_MS = 10_000

/**
 * Tells the service manager that the environment names by the variables of sd_notify(3) and sd_watchdog_enabled(3), which are then taken
 * out of it: what we start is not meant by them, but for a successor. Undefined where there is none.
 */
export function takeSupervisor(env: NodeJS.ProcessEnv, log: Log): Lifecycle | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: pid } = env
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name]
  if (!socket) return undefined
  const watchdogMs = pid === undefined || Number(pid) === process.pid ? Number(usec ?? 0) / 1000 : 0
  const notifier = createNotifier(socket, log)
  let alone = true
  const send = (fields: Fields): Promise<boolean> => (alone ? notifier.send(fields) : Promise.resolve(false))
  let stopHeartbeat: (() => void) | undefined
  return {
    environment: { NOTIFY_SOCKET: socket, ...(usec !== undefined && { WATCHDOG_USEC: usec }) },
    async ready(proxy) {
      await send({ READY: 1 })
      stopHeartbeat ??= startHeartbeat(send, watchdogMs, proxy, log)
    },
    // Type=notify-reload, of systemd 253, waits for both; before, the first did.
    async reloading() {
      await send({ RELOADING: 1, MONOTONIC_USEC: Number(process.hrtime.bigint() / 1000n) })
    },
    async stopping(withinMs) {
      await send({ STOPPING: 1, EXTEND_TIMEOUT_USEC: Math.round((withinMs + AFTER_DRAIN_MS) * 1000) })
    },
    async handedOver(successor) {
      stopHeartbeat?.()
      await send({ MAINPID: successor })
      // From now on the manager listens to the successor.
      alone = false
    },
    async ended() {
      stopHeartbeat?.()
      await notifier.close()
    },
  }
}
