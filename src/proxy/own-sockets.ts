import type { Peer } from './client.ts'
import type { LocalEnd } from './engine/engine.ts'

/** So many first bytes (a hello's random is among them) tell one connection from another. */
const COMPARED = 64
const PORTS = 65_536
/** From this round on it is no accident but a loop. */
export const LOOP_ROUND = 4

/** A socket towards an upstream: its local end, what it sent first, and how often that seems to have come through here before. */
export interface OwnSocket extends Peer {
  readonly first: string
  readonly round: number
}

/** The sockets now open towards upstreams, for a client that may be one of them. */
export interface OwnSockets {
  /** `head` is what was sent first, `round` that of the client it came from. */
  add(socket: LocalEnd, head: Buffer, round: number): OwnSocket
  delete(own: OwnSocket | undefined): void
  /**
   * How often a client at `peer` that begins with `head` seems to have come through here: once more than the socket of ours it may be. Its
   * end and its first bytes do not tell for certain. To two destinations the kernel gives one port twice, and a plain request begins as
   * others do: but a loop comes round again and again.
   */
  roundOf(peer: Peer, head: Buffer): number
}

export function createOwnSockets(): OwnSockets {
  // Not a Map, for the reason of a roll. Few addresses share a port.
  const byPort = Array.from<readonly OwnSocket[] | undefined>({ length: PORTS })
  return {
    add({ localAddress: address = '', localPort: port = 0 }, head, round) {
      const own = { address, port, first: head.toString('latin1', 0, COMPARED), round }
      const others = byPort[port]
      byPort[port] = others === undefined ? [own] : [...others, own]
      return own
    },
    delete(own) {
      if (own === undefined) return
      const left = byPort[own.port]?.filter((other) => other !== own) ?? []
      byPort[own.port] = left.length === 0 ? undefined : left
    },
    roundOf({ address, port }, head) {
      let round = 0
      for (const own of byPort[port] ?? []) {
        // A tunnel's first bytes are not known: should it lead back here, the next time round they are.
        if (own.address !== address || own.first === '') continue
        if (head.toString('latin1', 0, own.first.length) === own.first) round = Math.max(round, own.round + 1)
      }
      return round
    },
  }
}
