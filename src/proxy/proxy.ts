import type { Socket } from 'node:net'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { createAccounts, type Accounts } from './account.ts'
import { createAdmission, type Limits } from './admission.ts'
import { createCidrList } from './cidr-list.ts'
import { handleConnection, reach, type Stages } from './connection.ts'
import { descriptorLimit, limitsFor, watchDescriptors } from './descriptors.ts'
import { createDialler, type DialObserver, nameOf } from './dial.ts'
import { connectSocket } from './engine/connect.ts'
import type { Engine, Upstream } from './engine/engine.ts'
import { createStreamEngine } from './engine/stream.ts'
import { createForwarder } from './forward/forwarder.ts'
import { createGuard } from './guard.ts'
import { type Listener, listen } from './listener.ts'
import { createOwnAddresses } from './own-addresses.ts'
import { createOwnSockets } from './own-sockets.ts'
import { createReadiness, type Readiness, readinessOf } from './readiness.ts'
import { createResolver } from './resolve/create.ts'
import type { DnsObserver } from './resolve/dns.ts'
import { createRouter } from './route/router.ts'
import { type DnsCounts, openConnections, type Snapshot, sums } from './snapshot.ts'
import { createUpstreams } from './upstreams.ts'

/** A proxy that listens. */
export interface Proxy {
  readonly listeners: readonly Listener[]
  readonly limits: Limits
  readonly accounts: Accounts
  /** What it is doing now. */
  snapshot(): Snapshot
  /** The sums of a snapshot alone, which are cheap to have. */
  sums(): Pick<Snapshot, 'open' | 'roles'>
  /** Whether it can serve; the result may be some seconds old. */
  readiness(): Promise<Readiness>
  /** Stops accepting, and lets what is open go on. */
  drain(): void
  /** Cuts what is still open, by reset, and lets go of everything held. */
  close(reason: string): void
}

/** Builds every stage from `config` and listens. Rejects with a UserError; then nothing is left open. */
export async function startProxy(config: Config, log: Log, metrics: Metrics): Promise<Proxy> {
  const descriptors = descriptorLimit()
  const limits = limitsFor(descriptors, config.limits)
  if (config.limits.connections !== undefined && config.limits.connections > limits.connections) {
    log.warn(
      { asked: config.limits.connections, connections: limits.connections, descriptors },
      'limits.connections is more than the descriptor limit allows',
    )
  }
  const listeners: Listener[] = []
  const startedAt = performance.now()
  const upstreams = createUpstreams(nameOf)
  const dns = { names: 0, hits: 0, misses: 0, stale: 0 }
  const accounts = createAccounts(log, metrics)
  const stages = await createStages(createStreamEngine(), config, limits, accounts, () => listeners, {
    dns: dnsObserver(log, metrics, dns),
    dial: upstreams,
  })
  const checkRoles = createReadiness({
    regions: config.region,
    instances: config.allow.instances,
    fixed: Object.keys(config.hosts),
    kind: config.resolver.kind,
    ...stages,
  })
  let draining = false
  let exhausted = false
  try {
    for (const spec of config.listen)
      listeners.push(await listen(spec, (client, listener) => void handleConnection(client, listener, stages)))
  } catch (error) {
    for (const listener of listeners) listener.close()
    throw error
  }
  const unwatch = watchDescriptors((now) => {
    exhausted = now
    stages.admission.close(exhausted ? 'out-of-descriptors' : undefined)
    if (exhausted) metrics.exhausted.inc()
    if (exhausted) log.error({ descriptors }, 'out of file descriptors: new connections are refused')
    else log.info('file descriptors are available again')
  })
  return {
    listeners,
    limits,
    accounts,
    snapshot() {
      accounts.countOpen()
      return {
        uptimeMs: Math.round(performance.now() - startedAt),
        draining,
        listeners: listeners.map(({ name, proxies }) => ({ name, proxyProtocol: proxies !== undefined })),
        limits,
        open: accounts.live.size,
        connections: openConnections(accounts.live, performance.now()),
        ...sums(accounts.tally),
        upstreams: upstreams.list(),
        dns: { ...dns },
      }
    },
    sums() {
      accounts.countOpen()
      return { open: accounts.live.size, roles: sums(accounts.tally).roles }
    },
    readiness: async () => readinessOf(draining ? [] : await checkRoles(), { draining, exhausted }),
    drain() {
      draining = true
      for (const listener of listeners) listener.close()
      stages.forwarder.drain()
    },
    close(reason) {
      unwatch()
      for (const record of accounts.live) record.abort(reason)
      accounts.close()
    },
  }
}

async function createStages<U extends Upstream>(
  engine: Engine<U>,
  config: Config,
  limits: Limits,
  accounts: Accounts,
  listeners: () => readonly Listener[],
  observers: { readonly dns: DnsObserver; readonly dial: DialObserver },
): Promise<Stages<U>> {
  const { allow, timeouts, resolver: resolving } = config
  const router = createRouter({ ...allow, regions: config.region, instances: allow.instances })
  const resolver = await createResolver(config, observers.dns)
  const guard = createGuard({
    routes: resolving.routes.map(({ cidr }) => cidr),
    ownAddresses: config.ownAddresses,
    listensAt: createOwnAddresses(() => listeners().map(({ bound }) => bound)),
  })
  const dialLimits = { connectMs: timeouts.connect, dialMs: timeouts.dial }
  const plainDialler = createDialler<Socket>(connectSocket, dialLimits, observers.dial)
  return {
    admission: createAdmission(limits, allow.clients && createCidrList(allow.clients)),
    peekMs: timeouts.peek,
    router,
    resolver,
    guard,
    dialler: createDialler(engine.connect, dialLimits, observers.dial),
    engine,
    idleMs: timeouts.idle,
    forwarder: createForwarder(
      (host, port, record, client) => reach(host, port, record, { router, resolver, guard }, plainDialler, client),
      accounts,
      timeouts.idle,
    ),
    accounts,
    ownSockets: createOwnSockets(),
  }
}

const COUNTED = { hit: 'hits', miss: 'misses', stale: 'stale' } as const

function dnsObserver(
  log: Log,
  metrics: Metrics,
  counts: { -readonly [Key in keyof DnsCounts]: DnsCounts[Key] },
): DnsObserver {
  return {
    onLookup: (result, names) => {
      metrics.lookups.inc({ result })
      counts[COUNTED[result]] += 1
      counts.names = names
    },
    onStale: (host, why) => log.warn({ host, why }, 'no DNS server answers: the last answer is used on'),
    onFresh: (host) => log.info({ host }, 'DNS servers answer again'),
  }
}
