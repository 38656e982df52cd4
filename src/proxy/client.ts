import type { Socket } from 'node:net'
import { unmapped } from './ip-address.ts'
import { reset } from './reset.ts'

/** An address and port. */
export interface Peer {
  readonly address: string
  readonly port: number
}

/** A client's connection, whoever holds its socket: Node, or an engine that has accepted it. */
export interface Client {
  /** undefined where it was lost before it was accepted. */
  readonly peer: Peer | undefined
  /** What it said while it was accepted; undefined where nothing has been read. */
  readonly first: Buffer | undefined
  /** It is gone, or cut. */
  readonly lost: boolean
  /** There was no descriptor to take it with: it has been closed, and is there to be told of. */
  readonly turnedAway?: boolean
  /** Called once when it is lost. */
  onLost: (() => void) | undefined
  /** Node's socket of it, if Node holds it. */
  readonly held: Socket | undefined
  /** Node's socket of it, which then says again what was read. */
  socket(): Promise<Socket>
  close(): void
  /** Closes it by a reset. */
  reset(): void
}

/** A client that Node holds. */
export class SocketClient implements Client {
  readonly peer: Peer | undefined
  readonly first = undefined
  readonly held: Socket
  onLost: (() => void) | undefined

  constructor(socket: Socket) {
    this.held = socket
    const { remoteAddress, remotePort = 0 } = socket
    // An IPv4 client of a dual-stack listener is logged, counted and matched as what it is.
    this.peer = remoteAddress === undefined ? undefined : { address: unmapped(remoteAddress), port: remotePort }
    // From here to the end somebody listens: an unheard 'error' would end the process.
    socket.on('error', () => {})
    socket.on('close', () => this.onLost?.())
  }

  get lost(): boolean {
    return this.held.destroyed
  }

  socket(): Promise<Socket> {
    return Promise.resolve(this.held)
  }

  close(): void {
    this.held.destroy()
  }

  reset(): void {
    reset(this.held)
  }
}
