import { type AdminListener, createAdminListener } from '../admin/listener.ts'
import { statusOf, summaryOf } from '../admin/status.ts'
import type { Loaded } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { adminToken } from '../config/token-file.ts'
import { remedyFor } from '../diagnostics/remedy.ts'
import type { Inherit } from '../listening.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Engine } from '../proxy/engine/engine.ts'
import { createProxy, type Proxy } from '../proxy/proxy.ts'
import { serversOf } from '../proxy/resolve/servers.ts'
import { version } from '../version.ts'

/** What serves: the data path and the admin listener, both as the configuration in force has them. */
export interface Daemon {
  readonly proxy: Proxy
  readonly adminListener: AdminListener
  /** undefined before the first. */
  readonly config: Config | undefined
  /** Puts a configuration in force, whole or not at all: rejects with a UserError. */
  configure(loaded: Loaded): Promise<void>
}

/** Where sockets that are open already come from. */
export interface Inheritance {
  readonly listen: Inherit
  readonly admin: Inherit
}

/** A daemon that does nothing before it is configured. */
export function createDaemon(engine: Engine, log: Log, metrics: Metrics, inherit: Inheritance): Daemon {
  let current: Loaded | undefined
  const proxy = createProxy(engine, log, metrics, inherit.listen)
  const adminListener = createAdminListener(
    {
      registry: metrics.registry,
      readiness: () => proxy.readiness(),
      status: async () => {
        if (current === undefined) throw new Error('no configuration is in force')
        const loaded = current
        const summary = summaryOf(loaded.config, askedServers(loaded.config))
        return statusOf(version, summary, proxy.snapshot(), await proxy.readiness(), (refusal) =>
          remedyFor(refusal, loaded),
        )
      },
      sums: () => proxy.sums(),
    },
    log,
    inherit.admin,
  )
  return {
    proxy,
    adminListener,
    get config() {
      return current?.config
    },
    async configure(loaded) {
      const { config } = loaded
      const { listen, hosts } = config.admin
      const admin = await adminListener.prepare({ listen, hosts, token: adminToken(config.admin) })
      // What the admin listener is asked before the first is in force, it answers for that one.
      current ??= loaded
      try {
        await proxy.configure(config)
      } catch (error) {
        admin.discard()
        throw error
      }
      current = loaded
      await admin.commit()
    },
  }
}

/** The DNS servers that are asked: none where a module resolves. */
export function askedServers({ resolver }: Config): ReturnType<typeof serversOf> {
  return resolver.kind === 'module' ? [] : serversOf(resolver)
}
