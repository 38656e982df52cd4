import type { Destination, Range } from '../ranges.ts'
import { holds, spanOf } from '../span.ts'

/** What is to be routed, with what there is to say about it. */
export interface RouteList {
  readonly regions: readonly string[]
  readonly ranges: readonly Range[]
  readonly destinations: readonly Destination[]
  readonly warnings: readonly string[]
  /** Services of which no range is known, and why. */
  readonly missing: readonly string[]
}

/** How a route leads to the region, as far as the user says. */
export interface Way {
  /** Next hop and device of a Linux route. */
  readonly via: string | undefined
  readonly dev: string | undefined
  /** The edition of the CEN transit router. */
  readonly router: 'enterprise' | 'basic'
}

const SERVICES = spanOf('100.64.0.0/10')

/** One line on what this is, then one for each thing that is missing; without comment marks. */
export function routesHeading({ regions, missing }: RouteList): readonly string[] {
  return [`acr-proxy: routes to ACR in ${regions.join(', ')}`, ...missing.map((what) => `not known: ${oneLine(what)}`)]
}

/** What the routes of CEN are for: a basic router takes ranges of Alibaba Cloud's services only, and none takes single IPv6 hosts. */
export function forCen(
  { destinations }: RouteList,
  { router }: Way,
): { readonly taken: readonly Destination[]; readonly left: readonly Destination[] } {
  const fits = ({ cidr }: Destination): boolean =>
    !cidr.includes(':') && (router === 'enterprise' || holds(SERVICES, spanOf(cidr)))
  return { taken: destinations.filter(fits), left: destinations.filter((destination) => !fits(destination)) }
}

/** `registry and auth of cn-beijing` */
export function sayDestination({ purposes, region }: Destination): string {
  return `${purposes.join(' and ')} of ${region}`
}

/** A resolver module's complaint may hold anything: in a script it must not leave the comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ')
}
