import type net from 'node:net'
import { codeOf } from '../../errors.ts'
import { connectReading } from './connect.ts'
import { Inlet } from './inlet.ts'
import { keepAlive } from './keepalive.ts'
import { release } from './release.ts'
import { reset } from '../reset.ts'
import { Sweep } from './sweep.ts'
import { SweptRelay } from './swept-relay.ts'
import type { Engine, Offer, Relay, RelayEnd, Side, Target, Upstream } from './engine.ts'
import type { Attempt } from '../race.ts'

/** The upstream of this engine: a socket whose reads land in an inlet. */
class StreamUpstream implements Upstream {
  readonly socket: net.Socket
  readonly inlet: Inlet
  readonly #sweep: Sweep

  constructor(socket: net.Socket, inlet: Inlet, sweep: Sweep) {
    this.socket = socket
    this.inlet = inlet
    this.#sweep = sweep
  }

  relay(offer: Offer): Relay {
    const { held } = offer.client
    if (held === undefined) throw new Error('only another engine holds clients without a socket')
    offer.onCoupling(this)
    return new StreamRelay(held, this, offer, this.#sweep)
  }

  get localAddress(): string | undefined {
    return this.socket.localAddress
  }

  get localPort(): number | undefined {
    return this.socket.localPort
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** The engine of every platform: Node's sockets, with back-pressure and half-close. */
export function createStreamEngine(): Engine {
  const sweep = new Sweep()
  return {
    name: 'stream',
    descriptors: 0,
    connect: (target, limitMs) => connect(target, limitMs, sweep),
    close: () => {},
  }
}

function connect(target: Target, limitMs: number, sweep: Sweep): Attempt<Upstream> {
  return (done) => {
    const inlet = new Inlet()
    return connectReading(
      target,
      limitMs,
      inlet,
    )((outcome) => done(outcome.ok ? { ok: true, value: new StreamUpstream(outcome.value, inlet, sweep) } : outcome))
  }
}

/** Two half-duplex copies over one pair of sockets. */
class StreamRelay extends SweptRelay {
  bytesUp = 0
  readonly #client: net.Socket
  readonly #upstream: net.Socket
  readonly #inlet: Inlet
  #cause: RelayEnd | undefined
  #open = 2
  #flushed = 0

  constructor(client: net.Socket, upstream: StreamUpstream, { head, idleMs, greeting }: Offer, sweep: Sweep) {
    super(idleMs, sweep)
    this.#client = client
    this.#upstream = upstream.socket
    this.#inlet = upstream.inlet
    this.#watch('client', client, this.#upstream)
    this.#watch('upstream', this.#upstream, client)
    this.#copyDown(greeting)
    this.#copyUp(head)
    // Node emits 'end' on a paused socket too: a client that closed its side while the upstream was dialled has had its own.
    if (client.readableEnded) this.#ended('client', client, this.#upstream)
  }

  get bytesDown(): number {
    return this.#inlet.bytes
  }

  get movement(): number {
    return this.bytesUp + this.bytesDown + this.#flushed
  }

  /** Short connections are spared these system calls. */
  onSettled(): void {
    keepAlive(this.#client)
    keepAlive(this.#upstream)
  }

  abort(reason: string): void {
    this.#cut('proxy', reason)
    reset(this.#client)
    reset(this.#upstream)
  }

  /** Passes an orderly end of `from` on as a half-close, and anything else as a reset. */
  #watch(side: Side, from: net.Socket, to: net.Socket): void {
    from.on('end', () => this.#ended(side, from, to))
    from.on('error', (error) => {
      this.#cut(side, codeOf(error))
      reset(to)
    })
    const closed = (): void => {
      if (--this.#open > 0) return
      this.over(this.#cause ?? { endedBy: side, reason: 'closed' })
    }
    from.on('close', closed)
    // A side that was lost before this has nothing more to say.
    if (from.closed) {
      this.#cause ??= { endedBy: side, reason: 'closed' }
      closed()
      reset(to)
    }
  }

  /** An orderly end is no cause any more once the rest was cut. */
  #cut(endedBy: Side, reason: string): void {
    if (this.#cause === undefined || this.#cause.reason === 'end') this.#cause = { endedBy, reason }
  }

  /**
   * libuv before 1.52 reports a reset that comes together with data as an end (libuv#4997): an empty write tells which it
   * was, by an error that #watch hears.
   */
  #ended(side: Side, from: net.Socket, to: net.Socket): void {
    const pass = (): void => this.#passEnd(side, to)
    if (!from.writable || from.writableLength > 0) pass()
    else from.write('', (error) => (error ? undefined : pass()))
  }

  #passEnd(side: Side, to: net.Socket): void {
    this.#cause ??= { endedBy: side, reason: 'end' }
    // What still waits goes first, and its callback then ends: a socket that has been ended early could not be reset.
    if (to.writableLength === 0) to.end()
  }

  #copyUp(head: Buffer): void {
    const client = this.#client
    const upstream = this.#upstream
    // Not 'drain': below the high-water mark it is not emitted, however full the kernel's buffer is.
    const flushed = (): void => {
      if (upstream.writableLength > 0) return
      if (client.readableEnded) return void upstream.end()
      if (!client.isPaused()) return
      this.#flushed++
      client.resume()
    }
    const take = (chunk: Buffer): void => {
      this.bytesUp += chunk.length
      upstream.write(chunk, flushed)
      // `write` says false for any chunk above the mark, even one the kernel took at once: ask what is really waiting.
      if (upstream.writableLength > 0) client.pause()
      else release(chunk)
    }
    if (head.length > 0) take(head)
    client.on('data', take)
    if (upstream.writableLength === 0) client.resume()
  }

  #copyDown(greeting: string | undefined): void {
    const client = this.#client
    const upstream = this.#upstream
    let held = false
    const flushed = (): void => {
      if (client.writableLength > 0) return
      if (upstream.readableEnded) return void client.end()
      if (!held) return
      held = false
      this.#flushed++
      upstream.resume()
    }
    if (greeting !== undefined) client.write(greeting, flushed)
    this.#inlet.open((chunk) => {
      client.write(chunk, flushed)
      held = client.writableLength > 0
      return !held
    })
    upstream.resume()
  }
}
