import { type AcrName, namesOf } from './hostnames.ts'

/** Names that share their beginning and end, with letters, digits and hyphens between. */
export interface Wildcard {
  readonly before: string
  readonly after: string
  /** What every such name is; its `host` is an example. */
  readonly like: AcrName
}

/** Stands where any letters may: no name is called so. */
const ANY = 'x0any0x'

interface Open {
  /** Any Enterprise and personal instance, not only those that are named. */
  readonly instances: boolean
  /** Any bucket, not only those named as ACR names its own. */
  readonly buckets: boolean
}

/** The names of a region that are not known one by one: those of its buckets and, where open, of its instances. */
export function wildcardsOf(region: string, { instances, buckets }: Open): readonly Wildcard[] {
  const names = namesOf(region, {
    instances: instances ? [ANY, `crpi-${ANY}`] : [],
    buckets: buckets ? [ANY] : [`aliregistry${ANY}`, `cri-${ANY}-registry`],
  })
  return names.flatMap((like) => {
    const [before, after] = like.host.split(ANY)
    return before === undefined || after === undefined ? [] : [{ before, after, like }]
  })
}
