import type { Peer } from './client.ts'
import type { LocalEnd } from './engine/engine.ts'

/** So many first bytes (a hello's random is among them) tell one connection from another. */
const COMPARED = 64
const PORTS = 65_536

/** A socket towards an upstream: its local end, and what it sent first. */
export interface OwnSocket extends Peer {
  readonly first: string
}

/** The sockets now open towards upstreams, for a client that may be one of them. */
export interface OwnSockets {
  /** `head` is what was sent first. */
  add(socket: LocalEnd, head: Buffer): OwnSocket
  delete(own: OwnSocket | undefined): void
  /**
   * Whether a client at `peer` that begins with `head` is a socket of ours come back. The address alone does not tell: to two
   * destinations the kernel gives one port twice, so that a program on this host may share its end with us.
   */
  has(peer: Peer, head: Buffer): boolean
}

export function createOwnSockets(): OwnSockets {
  // Not a Map, for the reason of a roll. Few addresses share a port.
  const byPort = Array.from<readonly OwnSocket[] | undefined>({ length: PORTS })
  return {
    add({ localAddress: address = '', localPort: port = 0 }, head) {
      const own = { address, port, first: head.toString('latin1', 0, COMPARED) }
      const others = byPort[port]
      byPort[port] = others === undefined ? [own] : [...others, own]
      return own
    },
    delete(own) {
      if (own === undefined) return
      const left = byPort[own.port]?.filter((other) => other !== own) ?? []
      byPort[own.port] = left.length === 0 ? undefined : left
    },
    has({ address, port }, head) {
      // A tunnel's first bytes are not known: should it lead back here, the next time round they are.
      return (
        byPort[port]?.some(
          (own) =>
            own.address === address && own.first !== '' && head.toString('latin1', 0, own.first.length) === own.first,
        ) ?? false
      )
    },
  }
}
