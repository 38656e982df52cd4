import { descriptorOf } from '../listening.ts'
import type { Log } from '../log.ts'
import type { Daemon } from './daemon.ts'
import type { InheritedSockets } from './inherited-sockets.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Signals } from './signals.ts'
import { type Command, type HandedSocket, startSuccessor } from './successor.ts'

export interface HandOver {
  readonly command: Command
  readonly daemon: Daemon
  readonly sockets: InheritedSockets
  readonly signals: Signals
  readonly lifecycle: Lifecycle
  readonly log: Log
}

/**
 * Starts a successor, and gives way to it once it serves: from then on connections are accepted there alone. False where that
 * fails; then this process goes on as if nothing had been. The log says how it went.
 */
export async function handOver({ command, daemon, sockets, signals, lifecycle, log }: HandOver): Promise<boolean> {
  const fail = (why: object): false => {
    log.error(why, 'not handed over: this process goes on')
    return false
  }
  if (process.pid === 1) {
    const hint = 'replace the container instead'
    return fail({ why: 'process 1 of a container cannot have a successor: the container ends with it', hint })
  }
  const successor = startSuccessor(command, passedOn(daemon, sockets), signals.stop)
  const { pid } = successor
  log.info({ successor: pid, program: command.program }, 'handing over: a successor starts')
  const outcome = await successor.outcome
  if (outcome !== 'ready') return fail(outcome)
  await lifecycle.handedOver(pid)
  // Both write to one log now.
  log.setBindings({ pid: process.pid })
  const { live } = daemon.proxy.accounts
  log.info({ successor: pid, open: live.size, drainMs: daemon.config?.timeouts.handOver }, 'handed over')
  daemon.adminListener.admin?.close()
  void daemon.proxy.drain()
  successor.release()
  // It may have read the files before they were as they are.
  if (signals.isPending('reload')) successor.reload()
  return true
}

/** Every socket that accepts. */
function passedOn({ proxy, adminListener: { admin } }: Daemon, sockets: InheritedSockets): readonly HandedSocket[] {
  const listeners = proxy.listeners.map(({ descriptor, bound }) => ({
    name: sockets.nameOf(bound, 'listen'),
    descriptor,
  }))
  if (admin === undefined) return listeners
  return [...listeners, { name: sockets.nameOf(admin.bound, 'admin'), descriptor: descriptorOf(admin.server) }]
}
