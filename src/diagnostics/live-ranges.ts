import { namesOf } from '../acr/hostnames.ts'
import { ossRanges } from '../acr/oss.ts'
import type { Config } from '../config/schema.ts'
import type { Candidate } from '../proxy/resolve/resolver.ts'
import { Refusal } from '../proxy/reject.ts'
import { createPath, type Path } from './path.ts'
import type { Purpose, Range } from './ranges.ts'
import { around, holds, spanOf } from './span.ts'

/** Where Alibaba Cloud's own services answer inside a VPC (RFC 6598). */
const SERVICES = spanOf('100.64.0.0/10')
/** The authorization service moves about in a network of so many bits. */
const AUTH_BITS = 16

export interface LiveRanges {
  readonly ranges: readonly Range[]
  readonly warnings: readonly string[]
  /** Services of which no name could be resolved, and why. */
  readonly missing: readonly string[]
}

interface Asked {
  readonly host: string
  /** Named by the user, so that its absence is worth a word. */
  readonly named: boolean
  readonly purpose: Purpose
  readonly region: string
}

type Answer = Asked & ({ readonly candidates: readonly Candidate[] } | { readonly failed: string })

/** What the internal names resolve to, by the configured resolver. Rejects with a UserError where that cannot be made. */
export async function liveRanges(config: Config): Promise<LiveRanges> {
  const path = await createPath(config)
  const asked = config.region.flatMap((region) => namesToAsk(region, config))
  const answers = await Promise.all(asked.map((name) => ask(name, path)))
  const found = answers.flatMap((answer) => ('candidates' in answer ? rangesOf(answer, path) : []))
  return {
    ranges: found.flatMap(({ range }) => range ?? []),
    warnings: [
      ...found.flatMap(({ warning }) => warning ?? []),
      ...answers.flatMap((answer) => (answer.named && 'failed' in answer ? [answer.failed] : [])),
    ],
    missing: config.region.flatMap((region) => missingIn(answers.filter((answer) => answer.region === region))),
  }
}

/** The internal names that a push or a pull needs; buckets answer where their endpoint does. */
function namesToAsk(region: string, { allow }: Config): readonly Asked[] {
  return namesOf(region, { instances: allow.instances ?? [] }).flatMap(({ host, role, network, instance, bucket }) =>
    (network === 'vpc' || network === 'internal') && role !== 'api' && bucket === undefined
      ? [
          {
            host,
            named: instance !== undefined && role === 'registry',
            purpose: role === 'custom' ? 'registry' : role,
            region,
          },
        ]
      : [],
  )
}

async function ask(name: Asked, { resolver }: Path): Promise<Answer> {
  const { host, region } = name
  const role = name.purpose === 'dns' ? 'custom' : name.purpose
  try {
    const { candidates } = await resolver.resolve({ host, port: 443, role, region })
    return { ...name, candidates }
  } catch (error) {
    if (error instanceof Refusal) return { ...name, failed: error.message }
    throw error
  }
}

/** Addresses judged as those of an internal name are; one that is none makes a warning and no route. */
function rangesOf(
  { host, purpose, region, candidates }: Asked & { readonly candidates: readonly Candidate[] },
  { guard }: Path,
): readonly { readonly range?: Range; readonly warning?: string }[] {
  return candidates.map((candidate) => {
    const { address, origin } = candidate
    const denial = guard.verdict({ ...candidate, origin: origin === 'hosts' ? origin : 'vpc' })
    if (denial !== undefined) return { warning: `${host}: ${denial.why}; left out` }
    const alone = spanOf(around(address, 32))
    const known = ossRanges(region).some((cidr) => holds(spanOf(cidr), alone))
    const cidr = purpose === 'auth' && holds(SERVICES, alone) ? around(address, AUTH_BITS) : alone.cidr
    const source = `${host} = ${address}${origin === 'hosts' ? ' (hosts)' : ''}`
    return {
      range: { cidr, purpose, region, source },
      ...(purpose === 'oss' && !known ? { warning: `${source} is in no known range of OSS in ${region}` } : {}),
    }
  })
}

function missingIn(answers: readonly Answer[]): readonly string[] {
  return (['registry', 'auth', 'oss'] as const).flatMap((purpose) => {
    const own = answers.filter((answer) => answer.purpose === purpose)
    if (own.some((answer) => 'candidates' in answer)) return []
    return own.slice(0, 1).map((answer) => `${purpose} of ${answer.region}: ${'failed' in answer ? answer.failed : ''}`)
  })
}
