import type { Socket } from 'node:net'
import type { Config } from '../config/schema.ts'
import type { Bound } from '../listening.ts'
import type { Stages } from './connection.ts'
import { createDialler, type Dialler, type DialObserver } from './dial.ts'
import { connectSocket } from './engine/connect.ts'
import type { Engine } from './engine/engine.ts'
import { createGuard } from './guard.ts'
import { createOwnAddresses } from './own-addresses.ts'
import { createReadiness, type RoleCheck } from './readiness.ts'
import { createResolver } from './resolve/create.ts'
import type { DnsObserver } from './resolve/dns.ts'
import { type KeptLookup, keepLookup } from './resolve/lookup.ts'
import { createRouter } from './route/router.ts'

/** The stages that every configuration shares: they count, or hold, what is open. */
export type SharedStages = Pick<Stages, 'admission' | 'forwarder' | 'accounts' | 'ownSockets'>

/** What one configuration makes of the data path. */
export interface Generation {
  readonly config: Config
  readonly stages: Stages
  /** For forwarded requests, whose upstream is Node's own socket. */
  readonly plainDialler: Dialler<Socket>
  readonly lookup: KeptLookup
  readonly checkRoles: () => Promise<readonly RoleCheck[]>
}

export interface GenerationOptions {
  readonly shared: SharedStages
  readonly connect: Engine['connect']
  readonly listensAt: () => readonly Bound[]
  readonly observers: { readonly dns: DnsObserver; readonly dial: DialObserver }
}

/** Builds the stages from `config`; the DNS cache of the generation `before` goes on where it may. Rejects with a UserError. */
export async function createGeneration(
  config: Config,
  before: Generation | undefined,
  { shared, connect, listensAt, observers }: GenerationOptions,
): Promise<Generation> {
  const { allow, timeouts, resolver: resolving } = config
  const lookup = keepLookup(resolving, before?.lookup, observers.dns)
  const router = createRouter({ ...allow, regions: config.region, instances: allow.instances })
  const resolver = await createResolver(config, lookup)
  const guard = createGuard({
    routes: resolving.routes.map(({ cidr }) => cidr),
    ownAddresses: config.ownAddresses,
    listensAt: createOwnAddresses(listensAt),
  })
  const limits = { connectMs: timeouts.connect, dialMs: timeouts.dial }
  const stages: Stages = {
    ...shared,
    peekMs: timeouts.peek,
    idleMs: timeouts.idle,
    router,
    resolver,
    guard,
    dialler: createDialler(connect, limits, observers.dial),
  }
  const checkRoles = createReadiness({
    regions: config.region,
    instances: allow.instances,
    fixed: Object.keys(config.hosts),
    kind: resolving.kind,
    ...stages,
  })
  return { config, stages, plainDialler: createDialler(connectSocket, limits, observers.dial), lookup, checkRoles }
}
