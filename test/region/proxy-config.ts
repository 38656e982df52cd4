import type { Endpoint } from '../upstream.ts'
import type { Service } from './serve.ts'

/** The keys of a proxy's configuration, written as in its YAML file. */
export interface ProxyConfig {
  readonly region: string | readonly string[]
  readonly listen: readonly unknown[]
  readonly resolver: Readonly<Record<string, unknown>>
  readonly [key: string]: unknown
}

/**
 * A configuration for a proxy of the region `id`: it asks the region's DNS server alone, and dials the services alone, each at the
 * ports that stand for 443 and 80. Routes that lie inside 127.0.0.0/8 are what admits loopback targets.
 */
export function proxyConfig(
  id: string,
  {
    services,
    dns,
    overrides = {},
  }: { services: readonly Service[]; dns: Endpoint; overrides: Partial<ProxyConfig> | undefined },
): ProxyConfig {
  const { resolver, ...others } = overrides
  return {
    region: [id],
    listen: ['127.0.0.1:0'],
    ...others,
    resolver: {
      kind: 'cidr',
      servers: [`${dns.address}:${dns.port}`],
      routes: services.map(({ address, tlsPort, plainPort }) => ({
        cidr: `${address}/32`,
        ports: { 443: tlsPort, ...(plainPort === undefined ? {} : { 80: plainPort }) },
      })),
      ...resolver,
    },
  }
}
