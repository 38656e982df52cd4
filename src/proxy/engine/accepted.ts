import net from 'node:net'
import type { Client, Peer } from '../client.ts'
import type { Calls } from './calls.ts'
import { reset } from '../reset.ts'
import type { Slots } from './slots.ts'

/** A client that a relay thread holds, with its first bytes; Node has nothing of it until its socket is asked for. */
export class AcceptedClient implements Client {
  readonly peer: Peer
  first: Buffer | undefined
  onLost: (() => void) | undefined
  lost = false
  /** Says by which thread it is held. */
  readonly slot: number
  readonly #native: Calls
  readonly #clients: Slots<AcceptedClient>
  #held: net.Socket | undefined
  #socket: Promise<net.Socket> | undefined
  #released: ((socket: net.Socket) => void) | undefined

  /** Stays in `clients` as long as its thread may have something to say of it. */
  constructor(slot: number, peer: Peer, first: Buffer, native: Calls, clients: Slots<AcceptedClient>) {
    this.slot = slot
    this.peer = peer
    this.first = first
    this.#native = native
    this.#clients = clients
    clients.set(slot, this)
  }

  get held(): net.Socket | undefined {
    return this.#held
  }

  /** Its thread has it, and nobody has asked for it. */
  get waits(): boolean {
    return this.#socket === undefined && this.#clients.get(this.slot) === this
  }

  /** Its slot, which is a relay's from now on; undefined where the thread does not have it any more. */
  take(): number | undefined {
    if (!this.waits) return undefined
    this.#clients.take(this.slot)
    // The thread has them, and a relay may last.
    this.first = undefined
    return this.slot
  }

  socket(): Promise<net.Socket> {
    this.#socket ??= this.waits
      ? new Promise((resolve) => {
          this.#released = resolve
          this.#native.release(this.slot)
        })
      : Promise.resolve(closedSocket())
    return this.#socket
  }

  close(): void {
    this.#cut((slot) => this.#native.cancel(slot))
    this.#held?.destroy()
  }

  reset(): void {
    this.#cut((slot) => this.#native.abort(slot))
    if (this.#held !== undefined) reset(this.#held)
  }

  /** Its thread has seen it go. */
  left(): void {
    this.lost = true
    this.onLost?.()
  }

  /** Its thread has given it up. */
  released(descriptor: number, first: Buffer): void {
    this.#clients.take(this.slot)
    const socket = socketOf(descriptor, first)
    socket.on('error', () => {})
    socket.on('close', () => this.left())
    this.#held = socket
    if (this.lost) reset(socket)
    this.#released?.(socket)
  }

  /** Its thread has it no more: a dial that was given up had been coupled with it. */
  ended(): void {
    this.#clients.take(this.slot)
    this.left()
    this.#released?.(closedSocket())
  }

  #cut(tell: (slot: number) => void): void {
    // One that is on its way to Node is closed there.
    const slot = this.take()
    if (slot !== undefined) tell(slot)
    if (!this.lost) this.left()
  }
}

/** A client that found its connection closed, for there was nothing left to take it with. */
export class TurnedAway implements Client {
  readonly peer: Peer
  readonly first = undefined
  readonly held = undefined
  readonly lost = true
  readonly turnedAway = true
  onLost: (() => void) | undefined

  constructor(peer: Peer) {
    this.peer = peer
  }

  socket(): Promise<net.Socket> {
    return Promise.resolve(closedSocket())
  }

  close(): void {}

  reset(): void {}
}

function closedSocket(): net.Socket {
  return new net.Socket().on('error', () => {}).destroy()
}

/** Node's socket over a descriptor, with what was read before from it. */
export function socketOf(descriptor: number, first: Buffer): net.Socket {
  const socket = new net.Socket({ fd: descriptor, allowHalfOpen: true, readable: true, writable: true })
  if (first.length > 0) socket.unshift(first)
  return socket
}
