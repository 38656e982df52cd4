import { namesOf } from '../acr/hostnames.ts'
import { findRegion } from '../acr/regions.ts'
import { normaliseHost } from '../proxy/route/hostname.ts'
import { createRouter, type Router } from '../proxy/route/router.ts'
import type { Config } from './schema.ts'

/** What is allowed, but probably not meant, or worth saying out loud. */
export function warnings(config: Config): readonly string[] {
  const { region, resolver, allow, listen } = config
  const { kind, routes, module } = resolver
  const everyone = listen.some(({ trusted }) => trusted.some((cidr) => cidr.endsWith('/0')))
  const found: readonly (readonly [boolean, string])[] = [
    [routes.length > 0 && kind !== 'cidr', `resolver.routes has no effect with resolver.kind ${kind}`],
    [module !== undefined && kind !== 'module', `resolver.module has no effect with resolver.kind ${kind}`],
    [
      allow.buckets.includes('*'),
      'allow.buckets is "*": clients reach any OSS bucket of the region, not only those of ACR',
    ],
    [allow.clients?.length === 0, 'allow.clients is empty: no client is served'],
    [allow.instances?.length === 0, 'allow.instances is empty: no Enterprise instance is carried'],
    [everyone, 'listen trusts every network: any client can announce any address by a PROXY header'],
  ]
  return [
    ...region.flatMap((id) => aboutRegion(id)),
    ...found.flatMap(([holds, text]) => (holds ? [text] : [])),
    ...withoutRule(config),
  ]
}

/** What the table of regions has against one. */
function aboutRegion(id: string): readonly string[] {
  const found = findRegion(id)
  if (found.kind !== 'known') {
    return [`region ${id} is not known: its host names follow the usual formula; OSS ranges are unknown`]
  }
  const { status, acr } = found.region
  return [
    ...(status === 'closing' ? [`region ${id} is being closed`] : []),
    ...(status === 'closed' ? [`region ${id} is closed`] : []),
    ...(acr === 'unconfirmed' ? [`region ${id}: ACR is not confirmed there; host names follow the usual formula`] : []),
  ]
}

/** Entries that wait for a host which the rules never let through. */
function withoutRule({ region, hosts, allow }: Config): readonly string[] {
  const router = createRouter({ ...allow, regions: region, instances: allow.instances })
  const carried = (instance: string) =>
    region.some((id) =>
      namesOf(id, { instances: [instance] }).some((name) => name.instance === instance && admits(router, name.host)),
    )
  return [
    ...Object.keys(hosts).flatMap((host) => {
      const result = router.route(host, 443)
      return result.ok ? [] : [`hosts has no effect on ${result.why}`]
    }),
    ...(allow.instances ?? [])
      .filter((instance) => !carried(instance))
      .map((instance) => `allow.instances has no effect for ${instance}: no host name of an instance has it`),
  ]
}

function admits(router: Router, host: string): boolean {
  return normaliseHost(host).ok && router.route(host, 443).ok
}
