import type { RouteList, Way } from '../../../../src/diagnostics/formats/route-list.ts'
import { destinations, type Range } from '../../../../src/diagnostics/ranges.ts'

const RANGES: readonly Range[] = [
  { cidr: '100.103.9.188/32', purpose: 'registry', region: 'cn-hangzhou', source: 'registry' },
  { cidr: '192.168.3.7/32', purpose: 'registry', region: 'cn-hangzhou', source: 'acme' },
  { cidr: '2001:db8::7/128', purpose: 'registry', region: 'cn-hangzhou', source: 'fixed' },
  { cidr: '100.103.0.0/16', purpose: 'auth', region: 'cn-hangzhou', source: 'auth' },
  { cidr: '100.98.35.0/24', purpose: 'oss', region: 'cn-shanghai', source: 'table' },
]

/** Routes of every kind there is: shared, private, IPv6, of another region; and a complaint that spans lines. */
export const LIST: RouteList = {
  regions: ['cn-hangzhou', 'cn-shanghai'],
  ranges: RANGES,
  destinations: destinations(RANGES),
  warnings: [],
  missing: ['auth of cn-shanghai: a module said\nrm -rf /\u2028'],
}

export function way(given: Partial<Way>): Way {
  return { via: undefined, dev: undefined, router: 'enterprise', ...given }
}
