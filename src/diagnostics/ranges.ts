import type { Role } from '../acr/hostnames.ts'
import { ossRanges } from '../acr/oss.ts'
import type { Config } from '../config/schema.ts'
import { serversOf } from '../proxy/resolve/servers.ts'
import { holds, spanOf } from './span.ts'

export type Purpose = Extract<Role, 'registry' | 'chart' | 'auth' | 'oss'> | 'dns'

/** Addresses that must be routed to the region, and how that is known. */
export interface Range {
  readonly cidr: string
  readonly purpose: Purpose
  readonly region: string
  /** `table`, or the name and address it was resolved from. */
  readonly source: string
}

/** Several ranges that one route serves. */
export interface Destination {
  readonly cidr: string
  readonly purposes: readonly Purpose[]
  readonly region: string
}

/** What is known without asking: the OSS table, and the DNS servers of every VPC. */
export function rangesFromTable({ region, resolver }: Config): readonly Range[] {
  const servers = serversOf({ ...resolver, kind: 'vpc', servers: [] })
  return region.flatMap((id) => [
    ...ossRanges(id).map((cidr) => ({ cidr, purpose: 'oss' as const, region: id, source: 'table' })),
    ...servers.map(({ address }) => ({
      cidr: `${address}/32`,
      purpose: 'dns' as const,
      region: id,
      source: 'table',
    })),
  ])
}

/** One route for each range that is inside no other; the region is that of the widest. */
export function destinations(ranges: readonly Range[]): readonly Destination[] {
  const spans = ranges.map((range) => ({ range, span: spanOf(range.cidr) }))
  const outermost = spans.filter(
    ({ span }, index) =>
      !spans.some((other, at) => holds(other.span, span) && (at < index || !holds(span, other.span)) && at !== index),
  )
  return outermost.map(({ range, span }) => {
    const served = spans.filter((other) => holds(span, other.span)).map((other) => other.range.purpose)
    return { cidr: range.cidr, purposes: [...new Set(served)], region: range.region }
  })
}

/** Ranges that two regions share, of which a route can lead to one only. Each VPC has its own DNS servers: they do not count. */
export function sharedBetweenRegions(ranges: readonly Range[]): readonly string[] {
  const spans = ranges.filter(({ purpose }) => purpose !== 'dns').map((range) => ({ range, span: spanOf(range.cidr) }))
  const found = spans.flatMap(({ range, span }) =>
    spans
      .filter((other) => other.range.region > range.region && (holds(span, other.span) || holds(other.span, span)))
      .map(
        (other) =>
          `${range.cidr} (${range.purpose} of ${range.region}) and ${other.range.cidr} (${other.range.purpose} of ${other.range.region}) overlap: a route leads to one of the regions only`,
      ),
  )
  return [...new Set(found)]
}
