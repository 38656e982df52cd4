import { namesOf } from '../region/names.ts'
import { AUTH, ECS_PUBLIC, ECS_VPC, ENTERPRISE, OSS, REGISTRY } from './addresses.ts'

export const REGION = 'cn-beijing'

/** The names that clients use. */
export const NAMES = namesOf(REGION)

/** A registry of a region that the proxy does not carry. */
export const ELSEWHERE = 'registry-vpc.cn-shanghai.aliyuncs.com'

/** A name of the region that a record inside the VPC points at the proxy itself. */
export const LOOPING = `registry-internal.${REGION}.aliyuncs.com`

/** A bucket that nobody has: admitted by the rules, and never asked for before the check that needs a name not in any cache. */
export const FRESH_BUCKET = `cri-fresh-registry.${NAMES.oss}`

/** The bucket of a bucket's host name. */
export function bucketOf(host: string): string {
  return host.slice(0, -NAMES.oss.length - 1)
}

/** What the VPC's name servers know, as lines of a hosts file. */
export function zone(): string {
  const oss = [NAMES.oss, NAMES.bucket, NAMES.enterpriseBucket, FRESH_BUCKET]
  return lines([
    [REGISTRY, NAMES.registry],
    [AUTH, NAMES.auth],
    [AUTH, NAMES.enterpriseAuth],
    [ENTERPRISE, NAMES.enterprise],
    ...oss.flatMap((name) => OSS.map((address) => [address, name] as const)),
    [ECS_VPC, LOOPING],
  ])
}

/** A hosts file that points every name at the proxy: what clients need, and on the proxy's own host a trap. */
export function overrides(): string {
  const names = [...Object.values(NAMES), ELSEWHERE, LOOPING, FRESH_BUCKET]
  return lines([['127.0.0.1', 'localhost'], ...names.map((name) => [ECS_PUBLIC, name] as const)])
}

function lines(records: readonly (readonly [string, string])[]): string {
  return records.map(([address, name]) => `${address} ${name}\n`).join('')
}
