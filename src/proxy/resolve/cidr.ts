import { createCidrList } from '../cidr-list.ts'
import type { Candidate, Query } from './resolver.ts'

export interface Route {
  readonly cidr: string
  readonly source?: string | undefined
  /** What a port asked for (443, 80) is at the target, behind a tunnel or a port forward. */
  readonly ports: Readonly<Record<number, number>>
}

/** Sends each address by the route with the longest prefix that holds it; the guard refuses what no route holds. */
export function createRouting(routes: readonly Route[]): (address: string, query: Query) => Candidate {
  const list = createCidrList(routes.map(({ cidr }) => cidr))
  const byCidr = new Map(routes.map((route) => [route.cidr, route]))
  return (address, { port }) => {
    const route = byCidr.get(list.longest(address) ?? '')
    return { address, port: route?.ports[port] ?? port, source: route?.source, origin: 'cidr' }
  }
}
