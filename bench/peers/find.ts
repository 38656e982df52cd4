import { realpathSync } from 'node:fs'
import { findAcrProxy } from './acr-proxy.ts'
import { findHaproxy } from './haproxy.ts'
import type { ProxyName } from './names.ts'
import { findNginx } from './nginx.ts'
import type { Absent, Peer } from './peer.ts'
import { findSniproxy } from './sniproxy.ts'

export interface Found {
  readonly peers: readonly Peer[]
  readonly absent: readonly Absent[]
}

/** Which of the proxies are installed. */
export async function findPeers(names: readonly ProxyName[], nodes: readonly string[]): Promise<Found> {
  const programs = [...new Set([process.execPath, ...nodes.map(resolved)])]
  const found = await Promise.all(names.flatMap((name) => find(name, programs)))
  return {
    peers: found.filter((one) => 'version' in one),
    absent: found.filter((one) => 'why' in one),
  }
}

function find(name: ProxyName, nodes: readonly string[]): readonly Promise<Peer | Absent>[] {
  switch (name) {
    case 'raw':
      return [Promise.resolve({ name, version: 'no proxy', own: false })]
    case 'nginx':
    case 'nginx-256k':
      return [findNginx(name)]
    case 'haproxy':
    case 'haproxy-splice':
    case 'haproxy-splice-1m':
      return [findHaproxy(name)]
    case 'sniproxy':
      return [findSniproxy()]
    case 'acr-stream':
      return nodes.map((node) => findAcrProxy('stream', node))
    case 'acr-splice':
      return nodes.map((node) => findAcrProxy('splice', node))
  }
}

/** A link to the running node is the running node. */
function resolved(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
