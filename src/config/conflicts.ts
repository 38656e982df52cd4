import { hostPort } from '../host-port.ts'
import type { Place } from '../listening.ts'
import type { AdminConfig, Config } from './schema.ts'

/** Values that are good alone and wrong together. */
export interface Conflict {
  /** Keys of the options it is about; the first that was set is blamed. Where there are several, `why` names them. */
  readonly keys: readonly string[]
  /** Which part of the blamed option, where it is a list. */
  readonly item?: number
  readonly why: string
}

/** Everything but the region, which is no party to any conflict and may still be missing. */
export type Regionless = Omit<Config, 'region'>

/** Every conflict between options, or between items of one. */
export function conflicts(config: Regionless): readonly Conflict[] {
  const { resolver, timeouts, limits } = config
  return [
    ...needs(resolver.kind === 'cidr' && resolver.routes.length === 0, 'resolver.routes', 'cidr'),
    ...needs(resolver.kind === 'module' && resolver.module === undefined, 'resolver.module', 'module'),
    ...order('resolver.minTtl', resolver.minTtl, 'resolver.maxTtl', resolver.maxTtl, seconds),
    ...order('timeouts.connect', timeouts.connect, 'timeouts.dial', timeouts.dial, seconds),
    ...order('limits.perClient', limits.perClient, 'limits.connections', limits.connections, String),
    ...order('limits.peeking', limits.peeking, 'limits.connections', limits.connections, String),
    ...sameListener(config.listen),
    ...sameRoute(resolver.routes.map((route) => route.cidr)),
    ...exposed(config.admin),
    ...adminBesides(config.listen, config.admin),
  ]
}

function needs(missing: boolean, key: string, kind: string): readonly Conflict[] {
  return missing ? [{ keys: ['resolver.kind', key], why: `resolver.kind ${kind} needs ${key}` }] : []
}

function order(
  lowKey: string,
  low: number | undefined,
  highKey: string,
  high: number | undefined,
  say: (value: number) => string,
): readonly Conflict[] {
  if (low === undefined || high === undefined || low <= high) return []
  return [{ keys: [lowKey, highKey], why: `${lowKey} (${say(low)}) must be at most ${highKey} (${say(high)})` }]
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000}s`
}

/** Two listeners that the system would not let stand side by side; port 0 never collides. */
function sameListener(listen: readonly Place[]): readonly Conflict[] {
  return listen.flatMap((one, item) => {
    const other = listen.slice(0, item).find((earlier) => collide(one, earlier))
    return other === undefined ? [] : [{ keys: ['listen'], item, why: `collides with ${sayListen(other)}` }]
  })
}

function collide(one: Place, other: Place): boolean {
  return one.port !== 0 && other.port === one.port && overlap(one, other)
}

function overlap(a: Place, b: Place): boolean {
  return a.host === b.host || covers(a, b) || covers(b, a)
}

/** A listener on all addresses takes the port on each; one on `::` takes it for IPv4, too. */
function covers(all: Place, one: Place): boolean {
  if (all.host === undefined || all.host === '::') return true
  return all.host === '0.0.0.0' && one.host !== undefined && !one.host.includes(':')
}

function sayListen({ host = '', port }: Place): string {
  return hostPort(host, port)
}

function sameRoute(cidrs: readonly string[]): readonly Conflict[] {
  return cidrs.flatMap((cidr, item) =>
    cidrs.indexOf(cidr) < item ? [{ keys: ['resolver.routes'], item, why: `${cidr} is there twice` }] : [],
  )
}

/** An admin listener that other hosts reach, and nothing that keeps them out; or two things that should. */
export function exposed({ listen, token, tokenFile }: AdminConfig): readonly Conflict[] {
  const keys = ['admin.listen', 'admin.token', 'admin.tokenFile']
  if (token !== undefined && tokenFile !== undefined) {
    return [{ keys: keys.slice(1), why: 'admin.token and admin.tokenFile are both there: one is enough' }]
  }
  if (listen === undefined || token !== undefined || tokenFile !== undefined || isLoopback(listen)) return []
  const why = `admin.listen (${sayListen(listen)}) can be reached from other hosts: add admin.tokenFile or admin.token`
  return [{ keys, why }]
}

function isLoopback({ host = '' }: Place): boolean {
  return host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function adminBesides(listen: readonly Place[], { listen: admin }: AdminConfig): readonly Conflict[] {
  const other = admin && listen.find((place) => collide(place, admin))
  if (admin === undefined || other === undefined) return []
  const why = `admin.listen (${sayListen(admin)}) collides with listen (${sayListen(other)})`
  return [{ keys: ['admin.listen', 'listen'], why }]
}
