import { hostPort } from '../../host-port.ts'
import { type ClientNames, type ClientWildcard, sayWildcard } from '../client-names.ts'

/** What clients are to be told. */
export interface Setup {
  readonly regions: readonly string[]
  readonly names: ClientNames
  /** Addresses of the proxy, IPv4 or IPv6; at least one. */
  readonly proxies: readonly string[]
  /** A port that the proxy listens on, for clients that are told of a proxy and not of names. */
  readonly port: number
}

/** One line on what this is, without a comment mark. */
export function heading({ regions, proxies }: Setup): string {
  return `acr-proxy: names of ${regions.join(', ')}, carried by ${proxies.join(' and ')}`
}

/** A record of DNS for each address of the proxy. */
export function records({ proxies }: Setup): readonly { readonly type: 'A' | 'AAAA'; readonly address: string }[] {
  return proxies.map((address) => ({ type: address.includes(':') ? 'AAAA' : 'A', address }))
}

/** How a client that asks an HTTP proxy writes the first of its addresses. */
export function proxyUrl({ proxies: [address = ''], port }: Setup): string {
  return `http://${hostPort(address, port)}`
}

/** Comment lines, without a mark, about forms of names that a format has no words for; none where there are none. */
export function sayUncovered(wildcards: readonly ClientWildcard[]): readonly string[] {
  if (wildcards.length === 0) return []
  return [
    'not covered, for want of wildcards: names of these forms. Name the instance (--allow-instances), the bucket',
    '(--allow-buckets) or the host (--allow-hosts) to have a line for it:',
    ...wildcards.map((wildcard) => `  ${sayWildcard(wildcard)}`),
  ]
}
