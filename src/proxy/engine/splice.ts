import type { Attempt } from '../race.ts'
import { AcceptedClient, socketOf } from './accepted.ts'
import { createCalls } from './calls.ts'
import { type Client, SocketClient } from '../client.ts'
import { detach } from './detach.ts'
import type { Acceptor, Engine, Offer, Relay, Side, Target, Upstream } from './engine.ts'
import { EVENT, EVENT_FIELDS, FIELD, type Native } from './native.ts'
import { Slots } from './slots.ts'
import { endedRelay, SpliceRelay } from './splice-relay.ts'
import { Sweep } from './sweep.ts'
import { nameOf, systemError, timedOut } from './system-error.ts'

export interface SpliceOptions {
  readonly threads: number
  /** Most sockets at once. */
  readonly sockets: number
  /** Most pipes at once; each is two descriptors. Where none is left, bytes are copied. */
  readonly pipes: number
  /** Most clients accepted that the event loop has not come to yet; the rest waits in the kernel. */
  readonly ahead: number
}

/** Descriptors of a thread: its epoll and what wakes it. */
const PER_THREAD = 2
const PER_PIPE = 2

const SIDES: readonly Side[] = ['client', 'upstream', 'proxy']
const NOTHING = Buffer.alloc(0)

/** Told what becomes of a dial. */
interface Dialling {
  connected(address: string, port: number, isCoupled: boolean): void
  failed(error: Error): void
}

/** What a dial has connected. */
interface Socket {
  readonly slot: number
  readonly localAddress: string
  readonly localPort: number
}

/** A listening socket, who hears of its clients, and of its end. */
interface Listening {
  readonly onClient: (client: Client) => void
  readonly onClosed: () => void
}

/** The engine of Linux: relay threads move the bytes by splice(2), and JavaScript hears of connections, ends and sums only. */
export function createSpliceEngine(native: Native, { threads, sockets, pipes, ahead }: SpliceOptions): Engine {
  const dials = new Slots<Dialling>()
  const clients = new Slots<AcceptedClient>()
  const relays = new Slots<SpliceRelay>()
  const listening = new Map<number, Listening>()
  const sweep = new Sweep()
  const engine = native.create(threads, sockets, pipes, ahead, onEvents)
  const calls = createCalls(engine)
  const { events } = engine
  const texts = Buffer.from(events.buffer)
  const bytes = Buffer.from(engine.bytes.buffer)
  let turn = 0
  let lastListening = 0

  function onEvents(count: number): void {
    for (let at = 0; at < count * EVENT_FIELDS; at += EVENT_FIELDS) onEvent(at)
  }

  function onEvent(at: number): void {
    const slot = field(at, FIELD.slot)
    switch (field(at, FIELD.kind)) {
      case EVENT.asked: {
        const peer = { address: textAt(at), port: field(at, FIELD.port) }
        const client = new AcceptedClient(slot, peer, bytesAt(at), calls, clients)
        listening.get(field(at, FIELD.code))?.onClient(client)
        break
      }
      case EVENT.connected:
        dials.get(slot)?.connected(textAt(at), field(at, FIELD.port), field(at, FIELD.code) !== 0)
        break
      case EVENT.ended: {
        const relay = relays.take(slot)
        if (relay === undefined) clients.get(slot)?.ended()
        else relay.finish(SIDES[field(at, FIELD.side)] ?? 'proxy', field(at, FIELD.code))
        break
      }
      case EVENT.failed:
        dials.get(slot)?.failed(systemError(field(at, FIELD.code)))
        break
      case EVENT.silent:
        listening
          .get(field(at, FIELD.code))
          ?.onClient(new SocketClient(socketOf(field(at, FIELD.descriptor), bytesAt(at))))
        break
      case EVENT.left:
        clients.get(slot)?.left()
        break
      case EVENT.released:
        clients.get(slot)?.released(field(at, FIELD.descriptor), bytesAt(at))
        break
      case EVENT.closed:
        listening.get(field(at, FIELD.code))?.onClosed()
        listening.delete(field(at, FIELD.code))
        break
      default:
    }
  }
  const field = (at: number, offset: number): number => events[at + offset] ?? 0
  const textAt = (at: number): string => {
    const text = (at + FIELD.text) * Int32Array.BYTES_PER_ELEMENT
    return texts.toString('latin1', text, text + field(at, FIELD.textSize))
  }
  /** A copy: where they stand is used again. */
  const bytesAt = (at: number): Buffer => {
    const start = field(at, FIELD.bytesAt)
    const copy = Buffer.allocUnsafe(field(at, FIELD.bytesSize))
    bytes.copy(copy, 0, start)
    return copy
  }

  const connect =
    ({ address, port, source }: Target, limitMs: number, offer?: Offer): Attempt<Upstream> =>
    (done) => {
      const slot = dial(address, port, source ?? '', offer)
      if (slot < 0) {
        done({ ok: false, error: systemError(-slot) })
        return () => {}
      }
      const over = (): void => {
        clearTimeout(limit)
        dials.take(slot)
      }
      const giveUp = (): void => {
        over()
        calls.cancel(slot)
      }
      const limit = setTimeout(() => {
        giveUp()
        done({ ok: false, error: timedOut() })
      }, limitMs)
      dials.set(slot, {
        connected(localAddress, localPort, isCoupled) {
          over()
          const upstream = { slot, localAddress, localPort }
          done({ ok: true, value: (isCoupled ? coupled(upstream, offer) : undefined) ?? connected(upstream) })
        },
        failed(error) {
          over()
          done({ ok: false, error })
        },
      })
      return giveUp
    }

  /** The slot, or a negated errno. A client that its thread has is coupled there. */
  const dial = (address: string, port: number, source: string, offer: Offer | undefined): number => {
    const client = offer?.client
    if (offer === undefined || !(client instanceof AcceptedClient) || !client.waits)
      return calls.dial(turn++ % threads, address, port, source, -1, 0, NOTHING)
    return calls.dial(client.slot % threads, address, port, source, client.slot, skipOf(offer), greetingOf(offer))
  }

  const connected = ({ slot, localAddress, localPort }: Socket): Upstream => ({
    localAddress,
    localPort,
    destroy: () => calls.cancel(slot),
    relay(offer) {
      offer.onCoupling({ localAddress, localPort })
      return begin(slot, offer)
    },
  })

  /** Undefined where the client has been cut meanwhile. */
  const coupled = ({ slot, localAddress, localPort }: Socket, offer: Offer | undefined): Upstream | undefined => {
    const client = offer?.client instanceof AcceptedClient ? offer.client.take() : undefined
    if (offer === undefined || client === undefined) return undefined
    const relay = register(client, slot, offer)
    const upstream = { localAddress, localPort, destroy: () => relay.abort('cancelled'), relay: () => relay }
    offer.onCoupling(upstream)
    return upstream
  }

  const register = (client: number, upstream: number, { idleMs }: Offer): Relay => {
    const relay = new SpliceRelay(client, upstream, idleMs, calls, sweep)
    relays.set(client, relay)
    return relay
  }

  const begin = (upstream: number, offer: Offer): Relay => {
    const client = couple(upstream, offer)
    if (client !== undefined && client >= 0) return register(client, upstream, offer)
    calls.abort(upstream)
    offer.client.close()
    return client === undefined ? endedRelay('client', 'closed') : endedRelay('proxy', nameOf(-client))
  }

  /** The client's slot, a negated errno, or undefined where the client is gone. */
  const couple = (upstream: number, offer: Offer): number | undefined => {
    const { client, head } = offer
    const skip = skipOf(offer)
    const greeting = greetingOf(offer)
    const slot = client instanceof AcceptedClient ? client.take() : undefined
    if (slot !== undefined) {
      calls.relayClient(upstream, slot, skip, greeting)
      return slot
    }
    if (client.held === undefined) return undefined
    return detach(client.held, (descriptor, readAhead) => {
      const first = readAhead.length === 0 ? head : Buffer.concat([head, ...readAhead])
      return calls.relayDescriptor(upstream, descriptor, first, greeting)
    })
  }

  const accept = (descriptor: number, onClient: (client: Client) => void): Acceptor => {
    const id = lastListening++
    const handle = calls.listen(id % threads, id, descriptor)
    listening.set(id, { onClient, onClosed: () => {} })
    const close = (): Promise<void> =>
      new Promise((resolve) => {
        listening.set(id, { onClient, onClosed: resolve })
        calls.unlisten(handle)
      })
    return { descriptor: calls.descriptorOf(handle), close }
  }

  return {
    name: 'splice',
    descriptors: threads * PER_THREAD + pipes * PER_PIPE + ahead,
    connect,
    accept,
    silent: () => engine.silent[0] ?? 0,
    close: () => engine.close(),
  }
}

/** How many of the client's first bytes are not for the upstream. */
function skipOf({ client, head }: Offer): number {
  return (client.first?.length ?? 0) - head.length
}

function greetingOf({ greeting }: Offer): Buffer {
  return greeting === undefined ? NOTHING : Buffer.from(greeting)
}
