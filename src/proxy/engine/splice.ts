import type { Socket } from 'node:net'
import { getSystemErrorName } from 'node:util'
import type { Attempt } from '../race.ts'
import { detach } from './detach.ts'
import type { Engine, Relay, RelayEnd, RelayOptions, Side, Target, Upstream } from './engine.ts'
import { EVENT, EVENT_FIELDS, FIELD, type Native, type NativeEngine } from './native.ts'
import { Sweep, type Sweepable } from './sweep.ts'

export interface SpliceOptions {
  readonly threads: number
  /** Most sockets at once. */
  readonly sockets: number
  /** Most pipes at once; each is two descriptors. Where none is left, bytes are copied. */
  readonly pipes: number
}

/** Descriptors of a thread: its epoll and what wakes it. */
const PER_THREAD = 2
const PER_PIPE = 2

const SIDES: readonly Side[] = ['client', 'upstream', 'proxy']
const NOTHING = Buffer.alloc(0)

/** Told what becomes of a dial. */
interface Dialling {
  connected(address: string, port: number): void
  failed(error: Error): void
}

/** The calls to the relay threads, which are woken once a round of the event loop, however much they are asked. */
type Calls = Pick<NativeEngine, 'counters' | 'dial' | 'cancel' | 'relay' | 'abort' | 'keepAlive'>

/** The engine of Linux: relay threads move the bytes by splice(2), and JavaScript hears of connections, ends and sums only. */
export function createSpliceEngine(native: Native, { threads, sockets, pipes }: SpliceOptions): Engine {
  const dials = new Map<number, Dialling>()
  const relays = new Map<number, SpliceRelay>()
  const sweep = new Sweep()
  const engine = native.create(threads, sockets, pipes, onEvents)
  const calls = flushing(engine)
  const texts = Buffer.from(engine.events.buffer)
  let turn = 0

  function onEvents(count: number): void {
    for (let at = 0; at < count * EVENT_FIELDS; at += EVENT_FIELDS) {
      const slot = field(at, FIELD.slot)
      switch (field(at, FIELD.kind)) {
        case EVENT.connected: {
          const text = (at + FIELD.text) * Int32Array.BYTES_PER_ELEMENT
          const address = texts.toString('latin1', text, text + field(at, FIELD.textLength))
          dials.get(slot)?.connected(address, field(at, FIELD.port))
          break
        }
        case EVENT.failed:
          dials.get(slot)?.failed(systemError(field(at, FIELD.code)))
          break
        case EVENT.ended:
          relays.get(slot)?.finish(SIDES[field(at, FIELD.side)] ?? 'proxy', field(at, FIELD.code))
          relays.delete(slot)
          break
        default:
      }
    }
  }
  const field = (at: number, offset: number): number => engine.events[at + offset] ?? 0

  const connect =
    ({ address, port, source }: Target, limitMs: number): Attempt<Upstream> =>
    (done) => {
      const slot = calls.dial(turn++ % threads, address, port, source ?? '')
      if (slot < 0) {
        done({ ok: false, error: systemError(-slot) })
        return () => {}
      }
      const over = (): void => {
        clearTimeout(limit)
        dials.delete(slot)
      }
      const giveUp = (): void => {
        over()
        calls.cancel(slot)
      }
      const limit = setTimeout(() => {
        giveUp()
        done({ ok: false, error: Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }) })
      }, limitMs)
      dials.set(slot, {
        connected(localAddress, localPort) {
          over()
          done({ ok: true, value: upstream(slot, localAddress, localPort) })
        },
        failed(error) {
          over()
          done({ ok: false, error })
        },
      })
      return giveUp
    }

  const upstream = (slot: number, localAddress: string, localPort: number): Upstream => ({
    localAddress,
    localPort,
    destroy: () => calls.cancel(slot),
    relay: (client, head, options) => relay(client, slot, head, options),
  })

  const relay = (client: Socket, upstream: number, head: Buffer, { idleMs, greeting }: RelayOptions): Relay => {
    const first = greeting === undefined ? NOTHING : Buffer.from(greeting)
    const slot = detach(client, (descriptor, readAhead) =>
      calls.relay(upstream, descriptor, readAhead.length === 0 ? head : Buffer.concat([head, ...readAhead]), first),
    )
    if (slot === undefined || slot < 0) {
      calls.abort(upstream)
      return slot === undefined ? over('client', 'closed') : over('proxy', nameOf(-slot))
    }
    const relay = new SpliceRelay(slot, upstream, idleMs, calls, sweep)
    relays.set(slot, relay)
    return relay
  }

  return {
    name: 'splice',
    descriptors: threads * PER_THREAD + pipes * PER_PIPE,
    connect,
    close: () => engine.close(),
  }
}

/** Two slots that bytes flow between. */
class SpliceRelay implements Relay, Sweepable {
  readonly ended: Promise<RelayEnd>
  readonly idleMs: number
  readonly #client: number
  readonly #upstream: number
  readonly #native: Calls
  readonly #sweep: Sweep
  #aborted: string | undefined
  /** What was counted, once the slots are others'. */
  #moved: { readonly up: number; readonly down: number } | undefined
  #finish: (end: RelayEnd) => void = () => {}

  constructor(client: number, upstream: number, idleMs: number, native: Calls, sweep: Sweep) {
    this.#client = client
    this.#upstream = upstream
    this.idleMs = idleMs
    this.#native = native
    this.#sweep = sweep
    this.ended = new Promise((resolve) => (this.#finish = resolve))
    sweep.add(this)
  }

  get bytesUp(): number {
    return this.#moved?.up ?? this.#taken(this.#client)
  }

  get bytesDown(): number {
    return this.#moved?.down ?? this.#taken(this.#upstream)
  }

  get movement(): number {
    return this.bytesUp + this.bytesDown + this.#sent(this.#client) + this.#sent(this.#upstream)
  }

  /** Short connections are spared these system calls. */
  onSettled(): void {
    this.#native.keepAlive(this.#client)
  }

  onIdle(): void {
    this.abort('idle-timeout')
  }

  abort(reason: string): void {
    if (this.#moved !== undefined || this.#aborted !== undefined) return
    this.#aborted = reason
    this.#native.abort(this.#client)
  }

  /** Called once, before the slots are used again. */
  finish(endedBy: Side, code: number): void {
    this.#moved = { up: this.bytesUp, down: this.bytesDown }
    this.#sweep.delete(this)
    const reason =
      code === 0 ? 'end' : endedBy === 'proxy' && this.#aborted !== undefined ? this.#aborted : nameOf(code)
    this.#finish({ endedBy, reason })
  }

  #taken(slot: number): number {
    return this.#native.counters[2 * slot] ?? 0
  }

  #sent(slot: number): number {
    return this.#native.counters[2 * slot + 1] ?? 0
  }
}

/** A relay that could not begin. */
function over(endedBy: Side, reason: string): Relay {
  return { bytesUp: 0, bytesDown: 0, ended: Promise.resolve({ endedBy, reason }), abort: () => {} }
}

function flushing(engine: NativeEngine): Calls {
  let due = false
  const flush = (): void => {
    due = false
    engine.flush()
  }
  /** After all that this round of the event loop has to say. */
  const asked = <T>(result: T): T => {
    if (!due) setImmediate(flush)
    due = true
    return result
  }
  return {
    counters: engine.counters,
    dial: (thread, address, port, source) => asked(engine.dial(thread, address, port, source)),
    cancel: (slot) => asked(engine.cancel(slot)),
    relay: (upstream, client, head, greeting) => asked(engine.relay(upstream, client, head, greeting)),
    abort: (client) => asked(engine.abort(client)),
    keepAlive: (client) => asked(engine.keepAlive(client)),
  }
}

function nameOf(errno: number): string {
  return getSystemErrorName(-errno)
}

function systemError(errno: number): Error {
  const code = nameOf(errno)
  return Object.assign(new Error(code), { code })
}
