import { hostPort } from '../host-port.ts'
import type { Loaded } from '../config/load.ts'
import type { Guard } from '../proxy/guard.ts'
import { Refusal, type RefusalReason, REFUSALS } from '../proxy/reject.ts'
import { serversOf } from '../proxy/resolve/servers.ts'
import type { Candidate } from '../proxy/resolve/resolver.ts'
import { normaliseHost } from '../proxy/route/hostname.ts'
import type { Route } from '../proxy/route/router.ts'
import type { Path } from './path.ts'
import { remedyForName } from './remedy.ts'
import type { AskedFor } from './target.ts'

export interface ExplainedAddress {
  readonly address: string
  /** Where it would be dialled: `address:port`. */
  readonly target: string
  readonly source: string | undefined
  /** Why the guard denies it; undefined: it may be dialled. */
  readonly denied: { readonly reason: RefusalReason; readonly why: string } | undefined
}

export interface ExplainedRefusal {
  readonly reason: RefusalReason
  readonly why: string
  /** What whoever runs the proxy can do. */
  readonly hint: string
  /** Admitted names that may have been meant. */
  readonly nearest: readonly string[]
  /** Changes that would admit it: flags, or lines of the file. Any one does. */
  readonly admit: readonly string[]
}

/** What the proxy would do with a connection that asks for this host and port; short of connecting. */
export interface Explanation {
  readonly host: string
  readonly port: number
  readonly route: Pick<Route, 'rule' | 'role' | 'region' | 'network'> | undefined
  /** How the name was resolved, in words. */
  readonly resolver: string | undefined
  readonly addresses: readonly ExplainedAddress[]
  /** Targets in the order in which they would be tried. */
  readonly dials: readonly string[]
  readonly refused: ExplainedRefusal | undefined
}

/** Takes a name through the stages of the data path. Rejects only for faults of ours. */
export async function explain(asked: AskedFor, loaded: Loaded, path: Path): Promise<Explanation> {
  const { port } = asked
  const nothing = { route: undefined, resolver: undefined, addresses: [], dials: [], refused: undefined }
  const name = normaliseHost(asked.host)
  if (!name.ok) return { ...nothing, host: asked.host, port, refused: refusal('bad-name', name.why) }
  const { host } = name
  const routed = path.router.route(host, port)
  if (!routed.ok) {
    const { nearest, change } = remedyForName(host, port, loaded)
    const refused = refusal(routed.reason, routed.why, {
      nearest: routed.reason === 'name-not-allowed' ? nearest : [],
      admit: change === undefined ? [] : [change.flags, change.lines],
    })
    return { ...nothing, host, port, refused }
  }
  const { rule, role, region, network } = routed.route
  const known = { ...nothing, host, port, route: { rule, role, region, network } }
  let candidates: readonly Candidate[]
  try {
    candidates = (await path.resolver.resolve(routed.route)).candidates
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ...known, resolver: sayResolver(loaded, undefined), refused: refusal(error.reason, error.message) }
  }
  const resolver = sayResolver(loaded, candidates[0])
  const addresses = candidates.map((candidate) => judged(candidate, path.guard))
  try {
    const dials = path.guard.admit(host, candidates).map(sayTarget)
    return { ...known, resolver, addresses, dials }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const admit = [...new Set(candidates.flatMap((candidate) => waysToDial(host, candidate, path.guard)))]
    return { ...known, resolver, addresses, refused: refusal(error.reason, error.message, { admit }) }
  }
}

function refusal(
  reason: RefusalReason,
  why: string,
  { nearest = [], admit = [] }: Partial<Pick<ExplainedRefusal, 'nearest' | 'admit'>> = {},
): ExplainedRefusal {
  return { reason, why, hint: REFUSALS[reason].hint, nearest, admit }
}

function sayResolver({ config: { resolver } }: Loaded, candidate: Candidate | undefined): string {
  if (candidate?.origin === 'hosts') return 'a fixed address under hosts'
  if (resolver.kind === 'module') return `module ${resolver.module ?? ''}`
  const servers = serversOf(resolver).map(({ address, port }) => hostPort(address, port))
  return `${resolver.kind}, asking ${servers.join(', ')}`
}

function judged(candidate: Candidate, guard: Guard): ExplainedAddress {
  const { address, source } = candidate
  return { address, target: hostPort(candidate.address, candidate.port), source, denied: guard.verdict(candidate) }
}

function sayTarget(candidate: Candidate): string {
  return `${hostPort(candidate.address, candidate.port)}${candidate.source === undefined ? '' : ` from ${candidate.source}`}`
}

/** Changes by which the guard itself says it would admit an address. */
function waysToDial(host: string, candidate: Candidate, guard: Guard): readonly string[] {
  const { address } = candidate
  const asOrigin = (origin: Candidate['origin']): boolean => guard.verdict({ ...candidate, origin }) === undefined
  if (!asOrigin('hosts')) return []
  return [
    ...(candidate.origin === 'vpc' && asOrigin('public') ? ['--resolver public, or the -vpc or -internal name'] : []),
    ...(candidate.origin === 'public' && asOrigin('vpc') ? ['--resolver vpc, or the public name'] : []),
    ...(candidate.origin === 'cidr' ? [`a route that holds ${address} under resolver.routes`] : []),
    `--hosts ${host}=${address.includes(':') ? `[${address}]` : address}`,
  ]
}
