import type { Config } from '../config/schema.ts'
import { UserError } from '../errors.ts'
import type { Inherit } from '../listening.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { createAccounts, type Accounts } from './account.ts'
import { createAdmission, type Limits } from './admission.ts'
import { createCidrList } from './cidr-list.ts'
import { handleConnection, reach } from './connection.ts'
import { descriptorLimit, limitsFor, watchDescriptors } from './descriptors.ts'
import type { Engine } from './engine/engine.ts'
import { createForwarder } from './forward/forwarder.ts'
import type { Listener } from './listener.ts'
import { changeListeners } from './listeners.ts'
import { createOwnSockets } from './own-sockets.ts'
import { type Readiness, readinessOf } from './readiness.ts'
import type { DnsObserver } from './resolve/dns.ts'
import { type DnsCounts, openConnections, type Snapshot, sums } from './snapshot.ts'
import { createGeneration, type Generation } from './stages.ts'
import { createUpstreams } from './upstreams.ts'

/** The data path, which serves as the configuration put in force last says. */
export interface Proxy {
  readonly listeners: readonly Listener[]
  readonly limits: Limits
  /** What moves the bytes. */
  readonly engine: Engine['name']
  readonly accounts: Accounts
  /**
   * Puts a configuration in force, the first or another: built whole, then swapped. What is open goes on with what it had. Rejects with a
   * UserError; then nothing has changed.
   */
  configure(config: Config): Promise<void>
  /** What it is doing now. */
  snapshot(): Snapshot
  /** The sums of a snapshot alone, which are cheap to have. */
  sums(): Pick<Snapshot, 'open' | 'roles'>
  /** Whether it can serve; the result may be some seconds old. */
  readiness(): Promise<Readiness>
  /** The names of the listeners that no longer accept, found out within `limitMs`. */
  deaf(limitMs: number): Promise<readonly string[]>
  /** Stops accepting at once, and lets what is open go on; resolves when nothing is open. */
  drain(): Promise<void>
  /** Cuts what is still open, by reset, and lets go of everything held. */
  close(reason: string): void
}

const NO_PLACE: Limits = { connections: 0, perClient: 0, peeking: 0 }

/** A proxy that does nothing before it is configured. `inherit` gives the sockets that are open already. */
export function createProxy(engine: Engine, log: Log, metrics: Metrics, inherit: Inherit): Proxy {
  const startedAt = performance.now()
  // Read once: when they have run out, the file that tells the limit cannot be opened.
  const descriptors = descriptorLimit()
  let listeners: readonly Listener[] = []
  let current: Generation | undefined
  let draining = false
  let exhausted = false
  const upstreams = createUpstreams()
  const dns = { names: 0, hits: 0, misses: 0, stale: 0 }
  const accounts = createAccounts(log, metrics)
  const admission = createAdmission(NO_PLACE, undefined, engine.silent)
  const inForce = (): Generation => {
    if (current === undefined) throw new Error('no configuration is in force')
    return current
  }
  const ownSockets = createOwnSockets()
  const forwarder = createForwarder(
    (host, port, record, client) => {
      const { stages, plainDialler } = inForce()
      return reach(host, port, record, stages, plainDialler, client)
    },
    accounts,
    () => inForce().stages.idleMs,
    ownSockets,
  )
  const options = {
    shared: { accounts, admission, forwarder, ownSockets },
    connect: engine.connect,
    listensAt: () => listeners.map(({ bound }) => bound),
    observers: { dns: dnsObserver(log, metrics, dns), dial: upstreams },
  }
  const admit = (config: Config): void => {
    const { clients } = config.allow
    const limits = limitsIn(config, descriptors - engine.descriptors, log)
    admission.configure(limits, clients && createCidrList(clients))
  }
  const unwatch = watchDescriptors((now) => {
    exhausted = now
    admission.close(exhausted ? 'out-of-descriptors' : undefined)
    if (exhausted) metrics.exhausted.inc()
    if (exhausted) log.error({ descriptors }, 'out of file descriptors: new connections are refused')
    else log.info('file descriptors are available again')
  })
  return {
    engine: engine.name,
    get listeners() {
      return listeners
    },
    get limits() {
      return admission.limits
    },
    accounts,
    async configure(config) {
      const next = await createGeneration(config, current, options)
      if (draining) throw new UserError('the proxy is stopping')
      const first = current === undefined
      if (first) admit(config)
      try {
        const changed = await changeListeners(listeners, config.listen, inherit, engine, (client, entrance) => {
          // A listener opened for `next` may be found before `next` is in force.
          void handleConnection(client, entrance, (current ?? next).stages)
        })
        listeners = changed.listeners
        for (const listener of draining ? [...changed.removed, ...listeners] : changed.removed) void listener.close()
      } catch (error) {
        next.stages.resolver.close?.()
        throw error
      }
      if (!first) admit(config)
      current?.stages.resolver.close?.()
      current = next
    },
    snapshot() {
      accounts.countOpen()
      return {
        uptimeMs: Math.round(performance.now() - startedAt),
        draining,
        listeners: listeners.map(({ name, proxies }) => ({ name, proxyProtocol: proxies !== undefined })),
        limits: admission.limits,
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
    async readiness() {
      const starting = current === undefined
      const checks = current === undefined || draining ? [] : await current.checkRoles()
      return readinessOf(checks, { starting, draining, exhausted })
    },
    async deaf(limitMs) {
      const asked = [...listeners]
      const answers = await Promise.all(asked.map((listener) => listener.accepts(limitMs)))
      // Not those that were closed while they were asked.
      const open = draining ? [] : asked.filter((listener) => listeners.includes(listener))
      return open.filter((listener) => answers[asked.indexOf(listener)] === false).map(({ name }) => name)
    },
    drain() {
      draining = true
      const closed = Promise.all(listeners.map((listener) => listener.close()))
      forwarder.drain()
      return closed.then(() => accounts.whenIdle())
    },
    close(reason) {
      unwatch()
      for (const record of accounts.live) record.holder.abort(reason)
      accounts.close()
    },
  }
}

/** The limits of a configuration, as far as the descriptors go. */
function limitsIn({ limits: asked }: Config, descriptors: number, log: Log): Limits {
  const limits = limitsFor(descriptors, asked)
  if (asked.connections !== undefined && asked.connections > limits.connections) {
    log.warn(
      { asked: asked.connections, connections: limits.connections, descriptors },
      'limits.connections is more than the descriptor limit allows',
    )
  }
  return limits
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
