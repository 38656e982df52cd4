import type { Attempt } from '../race.ts'
import type { Client } from '../client.ts'

/** Where to connect: a literal address that the guard has admitted. */
export interface Target {
  readonly address: string
  readonly port: number
  /** Local address to connect from; the kernel chooses where undefined. */
  readonly source: string | undefined
}

/** A socket's own end. */
export interface LocalEnd {
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
}

/** What an attempt to connect leads to. */
export interface Connected extends LocalEnd {
  /** Closes it without a trace, for a connection that lost the race or is no longer wanted. */
  destroy(): void
}

/** A client that is to be coupled with an upstream. */
export interface Offer {
  readonly client: Client
  /** The bytes already read from it, which are a tail of what it has said. */
  readonly head: Buffer
  /** Cut both sides when no byte has moved either way for so long (ms). */
  readonly idleMs: number
  /** What the proxy itself says to the client first, such as the answer to a CONNECT. */
  readonly greeting: string | undefined
  /** Told of the upstream's own end before anything is said by it. */
  onCoupling(upstream: LocalEnd): void
}

/** A connected upstream, not yet read from unless its client was offered before. */
export interface Upstream extends Connected {
  /** Couples it with a client. */
  relay(offer: Offer): Relay
}

export type Side = 'client' | 'upstream' | 'proxy'

/** How a relay ended. The first cause is kept: what follows it is consequence. */
export interface RelayEnd {
  readonly endedBy: Side
  /** `end` for an orderly close, else a system error code, or the proxy's own cause. */
  readonly reason: string
}

/** A relay under way; the counters are live. */
export interface Relay {
  /** Bytes taken from the client, the peeked ones included. */
  readonly bytesUp: number
  /** Bytes taken from the upstream. */
  readonly bytesDown: number
  /** Tells one hearer how it ended, once and as soon as it has. Not a promise: thousands of relays may stand open, and each has one. */
  onEnd(hear: (end: RelayEnd) => void): void
  /** Resets both sides, so that a cut transfer cannot look complete. */
  abort(reason: string): void
}

/** Moves bytes: connects one address, which is then coupled with a client. */
export interface Engine {
  readonly name: 'stream' | 'splice'
  /** How many it holds besides two a connection. */
  readonly descriptors: number
  /** An attempt to connect that gives up after `limitMs`; an engine may couple what is offered at once when it is connected. */
  readonly connect: (target: Target, limitMs: number, offer?: Offer) => Attempt<Upstream>
  /** Accepts clients by itself from a listening descriptor; undefined where that is left to Node. */
  readonly accept?: (descriptor: number, onClient: (client: Client) => void) => Acceptor
  /** How many clients it has accepted that have said nothing yet, and that it will hand on soon. */
  readonly silent?: () => number
  /** Lets go of what it holds itself; relays that are open are reset, and no longer told of. */
  readonly close: () => void
}

/** A listening socket that an engine accepts from. */
export interface Acceptor {
  /** Its own duplicate of the listening descriptor. */
  readonly descriptor: number
  /** Stops at once; resolves when every client that was accepted has been handed on. */
  close(): Promise<void>
}
