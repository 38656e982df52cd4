/** So many first bytes (a hello's random is among them) tell one connection from another. */
const COMPARED = 64

/** The sockets now open towards upstreams, by local end (`address:port`), for a client that may be one of them. */
export interface OwnSockets {
  /** `head` is what was sent first. */
  add(local: string, head: Buffer): void
  delete(local: string): void
  /**
   * Whether a client at `peer` that begins with `head` is a socket of ours come back. The address alone does not tell: to two
   * destinations the kernel gives one port twice, so that a program on this host may share its end with us.
   */
  has(peer: string, head: Buffer): boolean
}

export function createOwnSockets(): OwnSockets {
  const sent = new Map<string, string>()
  return {
    add: (local, head) => void sent.set(local, head.toString('latin1', 0, COMPARED)),
    delete: (local) => void sent.delete(local),
    has(peer, head) {
      const first = sent.get(peer)
      // A tunnel's first bytes are not known: should it lead back here, the next time round they are.
      return first !== undefined && first !== '' && head.toString('latin1', 0, first.length) === first
    },
  }
}
