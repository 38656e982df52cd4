import { identify } from '../acr/hostnames.ts'
import { findRegion } from '../acr/regions.ts'
import type { Config } from '../config/schema.ts'
import { createRouter, type RouterOptions } from '../proxy/route/router.ts'

/** A list in the configuration that would admit a name or a client if it read so. */
export interface Amendment {
  readonly key: 'region' | 'allow.instances' | 'allow.buckets' | 'allow.hosts' | 'allow.clients'
  readonly values: readonly string[]
}

/** What to change so that the router admits `host`, a refused and normalised name; empty where nothing helps (a port, a slip in a region). */
export function amendmentsFor(host: string, port: number, { region, allow }: Config): readonly Amendment[] {
  const now: RouterOptions = { ...allow, regions: region, instances: allow.instances }
  const acr = identify(host)
  if (acr !== undefined && findRegion(acr.region).kind === 'misspelt') return []
  const wanted: RouterOptions =
    acr === undefined
      ? { ...now, hosts: withItem(now.hosts, host) }
      : {
          ...now,
          regions: withItem(now.regions, acr.region),
          instances:
            acr.instance === undefined ? now.instances : now.instances && withItem(now.instances, acr.instance),
          buckets:
            acr.bucket === undefined || acr.acrBucket || now.buckets.includes('*')
              ? now.buckets
              : withItem(now.buckets, acr.bucket),
        }
  // The router has the last word.
  if (!createRouter(wanted).route(host, port).ok) return []
  const changes: readonly (readonly [Amendment['key'], keyof RouterOptions])[] = [
    ['region', 'regions'],
    ['allow.instances', 'instances'],
    ['allow.buckets', 'buckets'],
    ['allow.hosts', 'hosts'],
  ]
  return changes.flatMap(([key, option]) =>
    wanted[option]?.length === now[option]?.length ? [] : [{ key, values: wanted[option] ?? [] }],
  )
}

function withItem(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? list : [...list, item]
}
