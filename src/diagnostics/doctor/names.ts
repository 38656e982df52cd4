import type { Role } from '../../acr/hostnames.ts'
import { ossRanges } from '../../acr/oss.ts'
import type { Loaded } from '../../config/load.ts'
import { explain, type Explanation } from '../explain.ts'
import type { Path } from '../path.ts'
import { around, holds, spanOf } from '../span.ts'
import { failed, type Finding, ok, warning } from './check.ts'
import type { Examination, Timed } from './examination.ts'
import type { Subject } from './subjects.ts'

/** Takes each name through rules, resolver and guard; resolves with those that may be dialled. */
export async function checkNames(
  exam: Examination,
  subjects: readonly Subject[],
  loaded: Loaded,
  path: Path,
): Promise<readonly Subject[]> {
  const asked = await Promise.all(
    subjects.map(async (subject) => ({
      subject,
      done: await exam.timed(() => explain({ host: subject.host, port: 443 }, loaded, path)),
    })),
  )
  const good = asked.filter(({ done }) => isGood(done)).map(({ subject }) => subject)
  for (const { subject, done } of asked) {
    const { host, region, role } = subject
    const others = good.some((other) => other.role === role)
    const finding = 'value' in done ? judge(subject, done.value, others) : exam.explain(done.error)
    exam.tell({ group: 'names', subject: host, region }, finding, done.ms)
  }
  return good
}

function isGood(done: Timed<Explanation>): boolean {
  return 'value' in done && done.value.refused === undefined
}

function judge(subject: Subject, { refused, resolver, addresses }: Explanation, others: boolean): Finding {
  if (refused !== undefined) {
    const why = refused.why.startsWith(`${subject.host}: `) ? refused.why.slice(subject.host.length + 2) : refused.why
    const ways = refused.admit.map((way) => way.replaceAll('\n', ' ')).join(', or ')
    const hint = ways === '' ? hintFor(subject, refused) : `${refused.hint}: ${ways}`
    // A loop is a mistake whoever asks; what is only not there may not be needed.
    if (refused.reason !== 'loop' && (subject.optional || others)) return warning(why, sayOptional(subject.role))
    return failed(why, hint)
  }
  const found = addresses.filter(({ denied }) => denied === undefined).map(({ address }) => address)
  const how = resolver?.startsWith('a fixed address') === true ? ', a fixed address under hosts' : ''
  const seen = `${found.map((address) => `${address} ${rangeOf(address, subject)}`).join(', ')}${how}`
  const denied = addresses.flatMap(({ denied }) => (denied === undefined ? [] : [denied.why]))
  if (denied.length > 0)
    return warning(`${seen}; left out: ${denied.join(', ')}`, 'the DNS record has an address too many')
  const strange = found.filter((address) => how === '' && isOutsideOss(address, subject))
  if (strange.length === 0) return ok(seen)
  return warning(
    seen,
    `OSS moves inside its known ranges, and ${strange.join(', ')} is in none of ${subject.region}: if the checks below are good there is nothing to do but to route it, too, where ranges are routed (CEN, VPN, leased line)`,
  )
}

function hintFor({ host }: Subject, { reason, hint }: NonNullable<Explanation['refused']>): string {
  if (reason === 'loop')
    return `a record leads the name to this proxy: let it ask other --resolver-servers, or give the address with --hosts ${host}=ADDRESS`
  if (reason === 'resolve-failed' && /-(?:registry|chart)-vpc\./.test(host))
    return `VPC access of the instance must be on for this VPC (its PrivateZone has the name); elsewhere give the address with --hosts ${host}=ADDRESS`
  if (reason === 'resolve-failed')
    return `is the region right, and do the DNS servers above know Alibaba Cloud's internal names? Name others with --resolver-servers, or the address with --hosts ${host}=ADDRESS`
  return hint
}

function sayOptional(role: Role): string {
  if (role === 'auth') return 'what counts is the name that the registry gives, see below'
  if (role === 'oss') return 'what counts is the bucket that a pull is sent to: see it with --image NS/REPO'
  return 'nothing to do unless you use this name'
}

function isOutsideOss(address: string, { role, network, region }: Subject): boolean {
  return role === 'oss' && network === 'internal' && ossRangeOf(address, region) === undefined
}

function ossRangeOf(address: string, region: string): string | undefined {
  return ossRanges(region).find((cidr) => holds(spanOf(cidr), spanOf(around(address, 32))))
}

const RANGES = [
  ["of Alibaba Cloud's services (100.64.0.0/10)", ['100.64.0.0/10']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
  ['loopback', ['127.0.0.0/8', '::1/128']],
] as const

/** In words, the narrowest that is known: `in 100.118.58.0/24 of OSS`, `(private)`. */
export function rangeOf(address: string, { role, region }: Pick<Subject, 'role' | 'region'>): string {
  const known = role === 'oss' ? ossRangeOf(address, region) : undefined
  if (known !== undefined) return `in ${known} of OSS`
  const alone = spanOf(around(address, 32))
  return `(${RANGES.find(([, cidrs]) => cidrs.some((cidr) => holds(spanOf(cidr), alone)))?.[0] ?? 'public'})`
}
