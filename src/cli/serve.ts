import type { Loaded } from '../config/load.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { descriptorLimit } from '../proxy/descriptors.ts'
import { createEngine } from '../proxy/engine/create.ts'
import { announce } from '../service/announce.ts'
import { createDaemon } from '../service/daemon.ts'
import { drain } from '../service/drain.ts'
import { handOver } from '../service/hand-over.ts'
import { inheritSockets } from '../service/inherited-sockets.ts'
import { UNATTENDED } from '../service/lifecycle.ts'
import { predecessor } from '../service/predecessor.ts'
import { reload } from '../service/reload.ts'
import { hearSignals, unless } from '../service/signals.ts'
import { ownCommand } from '../service/successor.ts'
import { takeSupervisor } from '../service/supervisor.ts'
import { allocateYoung } from '../service/young.ts'

type Load = (file?: string) => Loaded

/** Runs the proxy until it is told to stop, or has handed over. Rejects with a UserError when it cannot start. */
export async function serve(load: Load): Promise<void> {
  allocateYoung()
  const sockets = inheritSockets(process.env)
  const loaded = load()
  const { log, flush } = await createLog(loaded.config.log)
  const lifecycle = takeSupervisor(process.env, log) ?? UNATTENDED
  const command = ownCommand(lifecycle.environment)
  try {
    const signals = hearSignals(log)
    const metrics = createMetrics()
    const engine = createEngine({ ...loaded.config, descriptors: descriptorLimit() }, log)
    const daemon = createDaemon(engine, log, metrics, sockets.inherit)
    const config = sockets.fill(loaded)
    for (const warning of loaded.warnings) log.warn(warning)
    await daemon.configure({ ...loaded, config })
    await predecessor?.ready()
    sockets.release(log)
    announce(config, daemon, log)
    await lifecycle.ready(daemon.proxy)

    const loadAgain = (): Loaded => {
      const again = load(loaded.file)
      return { ...again, config: sockets.fill(again) }
    }
    for (;;) {
      const wish = await signals.next()
      if (wish === 'stop') break
      if (wish === 'reload') {
        await lifecycle.reloading()
        // A resolver module that takes its time to load does not hold a stop up.
        await unless(signals.stop, undefined, reload(daemon, loadAgain, log, metrics))
        await lifecycle.ready(daemon.proxy)
      } else if (await handOver({ command, daemon, sockets, signals, lifecycle, log })) {
        return await drain(daemon, signals, log, daemon.config?.timeouts.handOver)
      }
    }
    await lifecycle.stopping(daemon.config?.timeouts.drain ?? 0)
    const { live } = daemon.proxy.accounts
    log.info({ open: live.size, drainMs: daemon.config?.timeouts.drain }, 'stopping: no new connection is taken')
    await drain(daemon, signals, log)
  } finally {
    await lifecycle.ended()
    await flush()
  }
}
