import type { Socket } from 'node:net'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { createAccounts, type Accounts } from './account.ts'
import { createAdmission, type Limits } from './admission.ts'
import { createCidrList } from './cidr-list.ts'
import { handleConnection, reach, type Stages } from './connection.ts'
import { descriptorLimit, limitsFor, watchDescriptors } from './descriptors.ts'
import { createDialler } from './dial.ts'
import { connectSocket } from './engine/connect.ts'
import type { Engine, Upstream } from './engine/engine.ts'
import { createStreamEngine } from './engine/stream.ts'
import { createForwarder } from './forward/forwarder.ts'
import { createGuard } from './guard.ts'
import { type Listener, listen } from './listener.ts'
import { createOwnAddresses } from './own-addresses.ts'
import { createOwnSockets } from './own-sockets.ts'
import { createResolver } from './resolve/create.ts'
import type { DnsObserver } from './resolve/dns.ts'
import { createRouter } from './route/router.ts'

/** A proxy that listens. */
export interface Proxy {
  readonly listeners: readonly Listener[]
  readonly limits: Limits
  readonly accounts: Accounts
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
  const accounts = createAccounts(log, metrics)
  const stages = await createStages(createStreamEngine(), config, limits, accounts, () => listeners, log, metrics)
  try {
    for (const spec of config.listen)
      listeners.push(await listen(spec, (client, listener) => void handleConnection(client, listener, stages)))
  } catch (error) {
    for (const listener of listeners) listener.close()
    throw error
  }
  const unwatch = watchDescriptors((exhausted) => {
    stages.admission.close(exhausted ? 'out-of-descriptors' : undefined)
    if (exhausted) metrics.exhausted.inc()
    if (exhausted) log.error({ descriptors }, 'out of file descriptors: new connections are refused')
    else log.info('file descriptors are available again')
  })
  return {
    listeners,
    limits,
    accounts,
    drain() {
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
  log: Log,
  metrics: Metrics,
): Promise<Stages<U>> {
  const { allow, timeouts, resolver: resolving } = config
  const router = createRouter({ ...allow, regions: config.region, instances: allow.instances })
  const resolver = await createResolver(config, dnsObserver(log, metrics))
  const guard = createGuard({
    routes: resolving.routes.map(({ cidr }) => cidr),
    ownAddresses: config.ownAddresses,
    listensAt: createOwnAddresses(() => listeners().map(({ bound }) => bound)),
  })
  const dialLimits = { connectMs: timeouts.connect, dialMs: timeouts.dial }
  const plainDialler = createDialler<Socket>(connectSocket, dialLimits)
  return {
    admission: createAdmission(limits, allow.clients && createCidrList(allow.clients)),
    peekMs: timeouts.peek,
    router,
    resolver,
    guard,
    dialler: createDialler(engine.connect, dialLimits),
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

function dnsObserver(log: Log, metrics: Metrics): DnsObserver {
  return {
    onLookup: (result) => metrics.lookups.inc({ result }),
    onStale: (host, why) => log.warn({ host, why }, 'no DNS server answers: the last answer is used on'),
    onFresh: (host) => log.info({ host }, 'DNS servers answer again'),
  }
}
