import { changes } from '../config/changes.ts'
import type { Loaded } from '../config/load.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { announceListeners, listeningAt } from './announce.ts'
import type { Daemon } from './daemon.ts'
import { whyNot } from './why-not.ts'

/** Reads the configuration again and puts it in force; where that fails all stays as it is. Never rejects; says in the log how it went. */
export async function reload(daemon: Daemon, load: () => Loaded, log: Log, metrics: Metrics): Promise<void> {
  const before = daemon.config
  if (before === undefined) return
  const known = listeningAt(daemon)
  try {
    const loaded = load()
    const { config, warnings, file } = loaded
    await daemon.configure(loaded)
    metrics.reloads.inc({ outcome: 'ok' })
    // Whichever of both levels tells more: who turns the log down wants to see that it was done.
    const level = log.levels.values[config.log.level] ?? 0
    if (level < log.levelVal) log.level = config.log.level
    for (const warning of warnings) log.warn(warning)
    announceListeners(daemon, known, log)
    const still = listeningAt(daemon)
    for (const listener of known) if (!still.has(listener)) log.info({ listener }, 'no longer listening')
    const { changed, fixed } = changes(before, config)
    if (fixed.length > 0) log.warn({ keys: fixed }, 'not changed by a reload: restart, or hand over')
    log.info({ changed, file }, 'reloaded')
    log.level = config.log.level
  } catch (error) {
    metrics.reloads.inc({ outcome: 'failed' })
    log.error(whyNot(error), 'not reloaded: everything stays as it was')
  }
}
