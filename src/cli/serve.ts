import type { Loaded } from '../config/load.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { descriptorLimit } from '../proxy/descriptors.ts'
import { createEngine } from '../proxy/engine/create.ts'
import { announce } from '../service/announce.ts'
import { createDaemon } from '../service/daemon.ts'
import { drain } from '../service/drain.ts'
import { type Lifecycle, UNATTENDED } from '../service/lifecycle.ts'
import { reload } from '../service/reload.ts'
import { hearSignals } from '../service/signals.ts'

/** Runs the proxy until it is told to stop. Rejects with a UserError when it cannot start. */
export async function serve(load: (file?: string) => Loaded, lifecycle: Lifecycle = UNATTENDED): Promise<void> {
  const { config, file, warnings } = load()
  const { log, flush } = createLog(config.log)
  const signals = hearSignals()
  const metrics = createMetrics()
  const engine = createEngine({ ...config, descriptors: descriptorLimit() }, log)
  const daemon = createDaemon(engine, log, metrics, { listen: () => undefined, admin: () => undefined })
  try {
    for (const warning of warnings) log.warn(warning)
    await daemon.configure(config)
    announce(config, daemon, log)
    await lifecycle.ready(daemon.proxy)
    while ((await signals.next()) === 'reload') {
      await lifecycle.reloading()
      // A resolver module that takes its time to load does not hold a stop up.
      await Promise.race([reload(daemon, () => load(file), log, metrics), signals.stopped])
      await lifecycle.ready(daemon.proxy)
    }
    await lifecycle.stopping()
    await drain(daemon, signals, log)
  } finally {
    await flush()
  }
}
