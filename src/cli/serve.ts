import type { Config } from '../config/schema.ts'
import { createLog, type Log } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { type Proxy, startProxy } from '../proxy/proxy.ts'
import { serversOf } from '../proxy/resolve/create.ts'
import { drain } from '../service/drain.ts'
import { stopSignal } from '../service/signals.ts'

/** Runs the proxy until it is told to stop. Rejects with a UserError when it cannot start. */
export async function serve(config: Config, warnings: readonly string[]): Promise<void> {
  const { log, flush } = createLog(config.log)
  try {
    for (const warning of warnings) log.warn(warning)
    const stop = stopSignal()
    const proxy = await startProxy(config, log, createMetrics())
    announce(config, proxy, log)
    await drain(proxy, config.timeouts.drain, await stop, log)
  } finally {
    await flush()
  }
}

/** Says at the start what an operator would otherwise have to ask: where it listens, what it admits, how it resolves, its limits. */
function announce({ region, allow, resolver, hosts, timeouts }: Config, { listeners, limits }: Proxy, log: Log): void {
  for (const { name, proxies } of listeners)
    log.info({ listener: name, proxyProtocol: proxies !== undefined }, 'listening')
  log.info({ region, ...allow, instances: allow.instances ?? 'any', clients: allow.clients ?? 'any' }, 'admits')
  const { kind, routes, module } = resolver
  log.info({ kind, servers: kind === 'module' ? undefined : serversOf(resolver), routes, module, hosts }, 'resolves')
  log.info({ ...limits, timeouts, pid: process.pid, node: process.version }, 'ready')
}
