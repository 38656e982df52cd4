import { within } from '../within.ts'
import { identify, namesOf } from '../acr/hostnames.ts'
import type { AcrName, Role } from '../acr/hostnames.ts'
import { Refusal } from './reject.ts'
import type { Resolver } from './resolve/resolver.ts'
import type { Route, Router } from './route/router.ts'
import type { Guard } from './guard.ts'

/** What a login, a push and a pull need of each region. */
const NEEDED: readonly Role[] = ['registry', 'auth', 'oss']
/** A result serves so long (ms): health checks come from several places. The DNS cache spares the servers besides. */
const KEPT_MS = 1_000
/** A health check is answered after so long (ms), whatever DNS servers do. */
const LIMIT_MS = 2_000
/** How many names are tried where the first of a role does not resolve. */
const MORE_NAMES = 8

/** Whether one role of one region can be resolved to an address that may be dialled. */
export interface RoleCheck {
  readonly region: string
  readonly role: Role
  /** The name that resolved, or the first that did not. */
  readonly host: string
  readonly ok: boolean
  /** An expired answer is used: no DNS server answers. */
  readonly stale: boolean
  /** Why not. */
  readonly why: string | undefined
}

/** Whether connections can be served, and if not, why: each entry one line. */
export interface Readiness {
  readonly ready: boolean
  readonly missing: readonly string[]
  readonly checks: readonly RoleCheck[]
}

export interface ReadinessOptions {
  readonly regions: readonly string[]
  readonly instances: readonly string[] | undefined
  /** Names with fixed addresses, which count like any other. */
  readonly fixed: readonly string[]
  /** The resolver's kind, by which names are chosen. */
  readonly kind: 'public' | 'vpc' | 'cidr' | 'module'
  readonly router: Router
  readonly resolver: Resolver
  readonly guard: Guard
}

/** Tries a name of every role of every region by the stages that connections pass; the result is kept for a while. */
export function createReadiness(options: ReadinessOptions): () => Promise<readonly RoleCheck[]> {
  const wanted = options.regions.flatMap((region) =>
    NEEDED.flatMap((role) => {
      const routes = routesOf(region, role, options)
      return routes.length === 0 ? [] : [{ region, role, routes }]
    }),
  )
  let last: { readonly at: number; readonly result: Promise<readonly RoleCheck[]> } | undefined
  return () => {
    const now = performance.now()
    if (last === undefined || now - last.at > KEPT_MS) {
      const result = Promise.all(wanted.map(({ region, role, routes }) => check(region, role, routes, options)))
      last = { at: now, result }
    }
    return last.result
  }
}

/** Sums up: everything that keeps connections from being served, in words. */
export function readinessOf(
  checks: readonly RoleCheck[],
  { starting, draining, exhausted }: Readonly<Record<'starting' | 'draining' | 'exhausted', boolean>>,
): Readiness {
  const missing = [
    ...(starting ? ['the proxy is starting'] : []),
    ...(draining ? ['the proxy is stopping and takes no new connection'] : []),
    ...(exhausted ? ['no file descriptor is left'] : []),
    ...checks.flatMap(({ region, role, ok, why }) => (ok ? [] : [`${role} of ${region}: ${why ?? ''}`])),
  ]
  return { ready: missing.length === 0, missing, checks }
}

/** The names to try: those with fixed addresses first, then what ACR calls this role, as far as rules admit them. */
function routesOf(region: string, role: Role, options: ReadinessOptions): readonly Route[] {
  const { instances, fixed, kind, router } = options
  const acr = namesOf(region, instances === undefined ? {} : { instances }).filter((name) => name.role === role)
  const isLikely = ({ network }: AcrName): boolean => (network === 'public') === (kind === 'public')
  const likely = acr.filter(isLikely)
  // A resolver of these kinds is sure not to give the others an address that may be dialled.
  const only = (kind === 'vpc' || kind === 'public') && likely.length > 0
  const hosts = [
    ...fixed.filter((host) => identify(host)?.role === role && identify(host)?.region === region),
    ...[...likely, ...(only ? [] : acr)].map(({ host }) => host),
  ]
  return [...new Set(hosts)].flatMap((host) => {
    const result = router.route(host, 443)
    return result.ok ? [result.route] : []
  })
}

async function check(
  region: string,
  role: Role,
  [first, ...others]: readonly Route[],
  options: ReadinessOptions,
): Promise<RoleCheck> {
  const host = first?.host ?? ''
  const late = (): never => {
    throw new Refusal('resolve-failed', `${host}: no answer in ${LIMIT_MS} ms`)
  }
  try {
    const found = resolved(first, options).catch((error: unknown) =>
      Promise.any(others.slice(0, MORE_NAMES).map((route) => resolved(route, options))).catch(() => {
        throw error
      }),
    )
    return { region, role, ok: true, why: undefined, ...(await within(found, LIMIT_MS, late)) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { region, role, host, ok: false, stale: false, why }
  }
}

async function resolved(
  route: Route | undefined,
  { resolver, guard }: ReadinessOptions,
): Promise<{ host: string; stale: boolean }> {
  if (route === undefined) throw new Refusal('resolve-failed', 'no name')
  const { candidates, stale } = await resolver.resolve(route)
  guard.admit(route.host, candidates)
  return { host: route.host, stale }
}
