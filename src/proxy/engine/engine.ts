import type { Socket } from 'node:net'
import type { Attempt } from '../race.ts'

/** Where to connect: a literal address that the guard has admitted. */
export interface Target {
  readonly address: string
  readonly port: number
  /** Local address to connect from; the kernel chooses where undefined. */
  readonly source: string | undefined
}

/** A connected upstream socket, not yet read from. */
export interface Upstream {
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  /** Closes it without a trace, for a connection that lost the race or is no longer wanted. */
  destroy(): void
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
  /** Never rejects. */
  readonly ended: Promise<RelayEnd>
  /** Resets both sides, so that a cut transfer cannot look complete. */
  abort(reason: string): void
}

export interface RelayOptions {
  /** Cut both sides when no byte has moved either way for so long (ms). */
  readonly idleMs: number
  /** What the proxy itself says to the client first, such as the answer to a CONNECT. */
  readonly greeting: string | undefined
}

/** Moves bytes: connects one address, then couples it with a client. */
export interface Engine<U extends Upstream = Upstream> {
  readonly name: string
  /** An attempt to connect that gives up after `limitMs`. */
  connect(target: Target, limitMs: number): Attempt<U>
  /** Couples the paused `client` with `upstream`; `head` holds the bytes already read from the client. */
  relay(client: Socket, upstream: U, head: Buffer, options: RelayOptions): Relay
}
