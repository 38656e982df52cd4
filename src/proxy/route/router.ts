import { identify } from '../../acr/hostnames.ts'
import type { AcrName, Network, Role } from '../../acr/hostnames.ts'
import { parseHostPattern } from './host-pattern.ts'

/** A decision to carry a connection. `rule` is the form of ACR name that admitted it, or the configuration's entry. */
export interface Route {
  readonly host: string
  readonly port: number
  readonly role: Role
  readonly region: string | undefined
  readonly network: Network | undefined
  readonly rule: string
}

export type RouteResult =
  | { readonly ok: true; readonly route: Route }
  | { readonly ok: false; readonly reason: 'name-not-allowed' | 'port-not-allowed'; readonly why: string }

export interface RouterOptions {
  readonly regions: readonly string[]
  /** undefined: any instance of the regions. */
  readonly instances: readonly string[] | undefined
  /** Buckets besides ACR's own; `*` is any. */
  readonly buckets: readonly string[]
  /** `registry.example.com` or `*.example.com`, as parseHostPattern takes them. */
  readonly hosts: readonly string[]
}

export interface Router {
  /** `host` as normaliseHost gives it. `why` is one line that names what would admit the host. */
  route(host: string, port: number): RouteResult
}

type Verdict = { readonly ok: true; readonly rule: string } | { readonly ok: false; readonly why: string }

/** Builds the rules once; throws a TypeError for an entry of `hosts` that configuration should have refused. */
export function createRouter({ regions, instances, buckets, hosts }: RouterOptions): Router {
  const exact = new Set<string>()
  const suffixes = new Set<string>()
  for (const text of hosts) {
    const parsed = parseHostPattern(text)
    if (!parsed.ok) throw new TypeError(`${JSON.stringify(text)}: ${parsed.why}`)
    const { kind, host } = parsed.pattern
    ;(kind === 'exact' ? exact : suffixes).add(host)
  }
  const judge = createJudge(regions, instances, buckets)

  /** Exact entries, then what ACR is known to use, then the longest suffix: the narrowest rule gives its name. */
  function admit(host: string, acr: AcrName | undefined): Verdict {
    if (exact.has(host)) return { ok: true, rule: `allow.hosts: ${host}` }
    const verdict = acr === undefined ? notAcr(host) : judge(acr)
    if (verdict.ok) return verdict
    const suffix = longestSuffix(host, suffixes)
    return suffix === undefined ? verdict : { ok: true, rule: `allow.hosts: *.${suffix}` }
  }

  return {
    route(host, port) {
      if (port !== 443 && port !== 80) {
        return { ok: false, reason: 'port-not-allowed', why: `port ${port} is not carried, only 443 and 80 are` }
      }
      const acr = identify(host)
      const verdict = admit(host, acr)
      if (!verdict.ok) return { ok: false, reason: 'name-not-allowed', why: verdict.why }
      const role = acr?.role ?? 'custom'
      return { ok: true, route: { host, port, role, region: acr?.region, network: acr?.network, rule: verdict.rule } }
    },
  }
}

/** Decides on ACR's own names: by region, then narrowed by instance and bucket. */
function createJudge(
  regionList: readonly string[],
  instanceList: readonly string[] | undefined,
  bucketList: readonly string[],
): (name: AcrName) => Verdict {
  const regions = new Set(regionList)
  const instances = instanceList && new Set(instanceList)
  const buckets = new Set(bucketList)
  const anyBucket = buckets.has('*')

  return ({ host, form, region, instance, bucket, acrBucket }) => {
    if (!regions.has(region)) return refuse(host, `region ${region} is not configured`, 'region', region)
    if (instance !== undefined && instances?.has(instance) === false) {
      return refuse(host, `instance ${instance} is not listed`, 'allow.instances', instance)
    }
    if (bucket === undefined || acrBucket) return { ok: true, rule: form }
    if (buckets.has(bucket)) return { ok: true, rule: `allow.buckets: ${bucket}` }
    if (anyBucket) return { ok: true, rule: 'allow.buckets: *' }
    return refuse(host, `bucket ${bucket} is not listed`, 'allow.buckets', bucket)
  }
}

function notAcr(host: string): Verdict {
  return refuse(host, 'not a name of ACR, its authorization service or its OSS buckets', 'allow.hosts', host)
}

/** Names one entry, never those already there: this text goes to clients that nobody has admitted. */
function refuse(host: string, problem: string, key: string, entry: string): Verdict {
  return { ok: false, why: `${host}: ${problem}; to admit it, add ${entry} to "${key}" in the proxy's configuration` }
}

function longestSuffix(host: string, suffixes: ReadonlySet<string>): string | undefined {
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const suffix = host.slice(dot + 1)
    if (suffixes.has(suffix)) return suffix
  }
  return undefined
}
