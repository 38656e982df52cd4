import { type Admin, startAdmin } from '../admin/server.ts'
import { statusOf, summaryOf } from '../admin/status.ts'
import type { Loaded } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { adminToken } from '../config/token-file.ts'
import { remedyFor } from '../diagnostics/remedy.ts'
import { createLog, type Log } from '../log.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { type Proxy, startProxy } from '../proxy/proxy.ts'
import { serversOf } from '../proxy/resolve/create.ts'
import { drain } from '../service/drain.ts'
import { stopSignal } from '../service/signals.ts'
import { version } from '../version.ts'

/** Runs the proxy until it is told to stop. Rejects with a UserError when it cannot start. */
export async function serve(loaded: Loaded): Promise<void> {
  const { config, warnings } = loaded
  const { log, flush } = createLog(config.log)
  let admin: Admin | undefined
  try {
    for (const warning of warnings) log.warn(warning)
    const token = adminToken(config.admin)
    const stop = stopSignal()
    const metrics = createMetrics()
    const proxy = await startProxy(config, log, metrics)
    admin = await openAdmin(loaded, token, proxy, metrics, log)
    announce(config, proxy, admin, log)
    await drain(proxy, config.timeouts.drain, await stop, log)
  } finally {
    admin?.close()
    await flush()
  }
}

/** The admin listener, if the configuration has one; where it cannot be had the proxy is closed again. */
async function openAdmin(
  loaded: Loaded,
  token: string | undefined,
  proxy: Proxy,
  metrics: Metrics,
  log: Log,
): Promise<Admin | undefined> {
  const { config } = loaded
  const { listen, hosts } = config.admin
  if (listen === undefined) return undefined
  const summary = summaryOf(config, askedServers(config))
  try {
    return await startAdmin(
      { listen, hosts, token },
      {
        registry: metrics.registry,
        readiness: () => proxy.readiness(),
        status: async () =>
          statusOf(version, summary, proxy.snapshot(), await proxy.readiness(), (refusal) =>
            remedyFor(refusal, loaded),
          ),
        sums: () => proxy.sums(),
      },
      log,
    )
  } catch (error) {
    proxy.drain()
    proxy.close('stopped')
    throw error
  }
}

/** Says at the start what an operator would otherwise have to ask: where it listens, what it admits, how it resolves, its limits. */
function announce(config: Config, { listeners, limits }: Proxy, admin: Admin | undefined, log: Log): void {
  const { region, allow, resolver, hosts, timeouts } = config
  for (const { name, proxies } of listeners)
    log.info({ listener: name, proxyProtocol: proxies !== undefined }, 'listening')
  if (admin !== undefined) log.info({ admin: admin.name }, 'admin listening')
  log.info({ region, ...allow, instances: allow.instances ?? 'any', clients: allow.clients ?? 'any' }, 'admits')
  const { kind, routes, module } = resolver
  const servers = kind === 'module' ? undefined : serversOf(resolver)
  log.info({ kind, servers, routes, module, hosts }, 'resolves')
  log.info({ ...limits, timeouts, pid: process.pid, node: process.version }, 'ready')
}

function askedServers({ resolver }: Config): ReturnType<typeof serversOf> {
  return resolver.kind === 'module' ? [] : serversOf(resolver)
}
