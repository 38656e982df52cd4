import type { Endpoint } from '../upstream.ts'

/** The configuration of a proxy that asks `servers`, and may dial `targets`, each at the port that stands for 443 and 80 there. */
export function resolvedBy(servers: readonly Endpoint[], targets: readonly Endpoint[], settings: object = {}): object {
  return {
    region: 'cn-beijing',
    resolver: {
      kind: 'cidr',
      servers: servers.map(({ address, port }) => `${address}:${port}`),
      routes: targets.map(({ address, port }) => ({ cidr: `${address}/32`, ports: { 443: port, 80: port } })),
      ...settings,
    },
  }
}
