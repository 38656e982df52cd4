import type { Attempt } from '../race.ts'
import { AcceptedClient, socketOf } from './accepted.ts'
import { createCalls } from './calls.ts'
import { type Client, SocketClient } from '../client.ts'
import { detach } from './detach.ts'
import type { Acceptor, Engine, Relay, RelayOptions, Side, Target, Upstream } from './engine.ts'
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
  connected(address: string, port: number): void
  failed(error: Error): void
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
        dials.get(slot)?.connected(textAt(at), field(at, FIELD.port))
        break
      case EVENT.ended:
        relays.take(slot)?.finish(SIDES[field(at, FIELD.side)] ?? 'proxy', field(at, FIELD.code))
        break
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
    ({ address, port, source }: Target, limitMs: number, client?: Client): Attempt<Upstream> =>
    (done) => {
      const thread = client instanceof AcceptedClient ? client.slot : turn++
      const slot = calls.dial(thread % threads, address, port, source ?? '')
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
        connected(localAddress, localPort) {
          over()
          const destroy = (): void => calls.cancel(slot)
          const relay: Upstream['relay'] = (client, head, options) => begin(client, slot, head, options)
          done({ ok: true, value: { localAddress, localPort, destroy, relay } })
        },
        failed(error) {
          over()
          done({ ok: false, error })
        },
      })
      return giveUp
    }

  const begin = (client: Client, upstream: number, head: Buffer, { idleMs, greeting }: RelayOptions): Relay => {
    const slot = couple(client, upstream, head, greeting === undefined ? NOTHING : Buffer.from(greeting))
    if (slot === undefined || slot < 0) {
      calls.abort(upstream)
      client.close()
      return slot === undefined ? endedRelay('client', 'closed') : endedRelay('proxy', nameOf(-slot))
    }
    const relay = new SpliceRelay(slot, upstream, idleMs, calls, sweep)
    relays.set(slot, relay)
    return relay
  }

  /** The client's slot, a negated errno, or undefined where the client is gone. */
  const couple = (client: Client, upstream: number, head: Buffer, greeting: Buffer): number | undefined => {
    const skip = (client.first?.length ?? 0) - head.length
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
