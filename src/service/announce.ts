import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { askedServers, type Daemon } from './daemon.ts'

/** Says where it listens, as far as `known` did not. */
export function announceListeners(
  { proxy, adminListener: { admin } }: Daemon,
  known: ReadonlySet<string>,
  log: Log,
): void {
  for (const { name, proxies } of proxy.listeners)
    if (!known.has(name)) log.info({ listener: name, proxyProtocol: proxies !== undefined }, 'listening')
  if (admin !== undefined && !known.has(admin.name)) log.info({ admin: admin.name }, 'admin listening')
}

/** Says at the start what an operator would otherwise have to ask: what it admits, how it resolves, its limits. */
export function announce(config: Config, daemon: Daemon, log: Log): void {
  const { region, allow, resolver, hosts, timeouts } = config
  announceListeners(daemon, new Set(), log)
  log.info({ region, ...allow, instances: allow.instances ?? 'any', clients: allow.clients ?? 'any' }, 'admits')
  const { kind, routes, module } = resolver
  const servers = kind === 'module' ? undefined : askedServers(config)
  log.info({ kind, servers, routes, module, hosts }, 'resolves')
  log.info(
    { ...daemon.proxy.limits, engine: daemon.proxy.engine, timeouts, pid: process.pid, node: process.version },
    'ready',
  )
}

/** `address:port` of every socket that accepts. */
export function listeningAt({ proxy, adminListener: { admin } }: Daemon): ReadonlySet<string> {
  return new Set([...proxy.listeners, ...(admin === undefined ? [] : [admin])].map(({ name }) => name))
}
