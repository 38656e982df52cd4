import type { Config } from './schema.ts'

/** What is allowed, but probably not meant, or worth saying out loud. */
export function warnings({ resolver, allow, listen }: Config): readonly string[] {
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
  return found.flatMap(([holds, text]) => (holds ? [text] : []))
}
