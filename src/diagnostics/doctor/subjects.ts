import { type AcrName, type Form, identify, namesOf, type Network, type Role } from '../../acr/hostnames.ts'
import type { Config } from '../../config/schema.ts'
import { createRouter } from '../../proxy/route/router.ts'
import { namesFor } from '../client-names.ts'

/** A name that is looked at. */
export interface Subject {
  readonly host: string
  readonly role: Role
  readonly network: Network | undefined
  readonly region: string
  /** It may well not exist: that is worth a warning only. */
  readonly optional: boolean
}

/** What docker asks for by default; of each, its forms inside a VPC and outside. */
const USUAL: Readonly<Record<'internal' | 'public', ReadonlySet<Form>>> = {
  internal: new Set([
    ...(['registry-vpc', 'personal-vpc', 'ee-registry-vpc'] as const),
    ...(['dockerauth-vpc', 'dockerauth-ee-vpc', 'oss-internal', 'oss-bucket-internal'] as const),
  ]),
  public: new Set([
    ...(['registry', 'personal', 'ee-registry'] as const),
    ...(['dockerauth', 'dockerauth-alias', 'dockerauth-ee', 'oss', 'oss-bucket'] as const),
  ]),
}
/** Asked for where there are such instances. */
const OF_ENTERPRISE: ReadonlySet<Form> = new Set(['dockerauth-ee', 'dockerauth-ee-vpc'])
const ROLES: readonly Role[] = ['registry', 'auth', 'oss', 'chart', 'custom']

/** The names of one region that are looked at, by role: those of the configuration, and `named` ones of the command line. */
export function subjectsOf(region: string, config: Config, named: readonly string[]): readonly Subject[] {
  const { allow, hosts, resolver } = config
  const instances = allow.instances ?? []
  const router = createRouter({ ...allow, regions: config.region, instances: allow.instances })
  const which = namesFor(resolver.kind) === 'public' ? 'public' : 'internal'
  const enterprise = [...instances, ...named.flatMap((host) => identify(host)?.instance ?? [])].some(
    (instance) => !instance.startsWith('crpi-'),
  )
  const usual = ({ form }: AcrName): boolean => USUAL[which].has(form) && (enterprise || !OF_ENTERPRISE.has(form))
  const buckets = allow.buckets.filter((bucket) => bucket !== '*')
  const own = [...named, ...Object.keys(hosts), ...allow.hosts.filter((host) => !host.startsWith('*'))]
  const ofRegion = own.filter((host) => (identify(host)?.region ?? config.region[0]) === region)
  const known = namesOf(region, { instances, buckets }).filter(usual)
  const all = [...ofRegion, ...known.map(({ host }) => host)].filter((host) => router.route(host, 443).ok)
  return [...new Set(all)]
    .map((host) => subjectOf(host, region, named.includes(host), instances.length > 0))
    .filter(({ role }) => ROLES.includes(role))
    .sort((a, b) => placeOf(a) - placeOf(b))
}

/** By role; of one role, what must be there comes first. */
function placeOf({ role, optional }: Subject): number {
  return ROLES.indexOf(role) + (optional ? 0.5 : 0)
}

/**
 * The authorization service is what the registry says it is, and buckets are named by redirects: their usual names are guesses.
 * Whoever lists instances may have no default instance.
 */
function subjectOf(host: string, region: string, named: boolean, listed: boolean): Subject {
  const acr = identify(host)
  const guessed =
    acr?.role === 'auth' || acr?.bucket !== undefined || (listed && acr?.role === 'registry' && !acr.instance)
  return {
    host,
    role: acr?.role ?? 'custom',
    network: acr?.network,
    region,
    optional: !named && (acr === undefined || guessed),
  }
}
