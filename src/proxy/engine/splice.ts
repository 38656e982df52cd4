import { type Client, type Peer, SocketClient } from '../client.ts'
import { AcceptedClient, socketOf, TurnedAway } from './accepted.ts'
import { createCalls } from './calls.ts'
import type { Acceptor, Engine, Side } from './engine.ts'
import { EVENT, EVENT_FIELDS, FIELD, type Native } from './native.ts'
import { Slots } from './slots.ts'
import { createConnect, type Dialling } from './splice-connect.ts'
import type { SpliceRelay } from './splice-relay.ts'
import { systemError } from './system-error.ts'

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
  const engine = native.create(threads, sockets, pipes, ahead, onEvents)
  const calls = createCalls(engine)
  const connect = createConnect(calls, threads, dials, relays)
  const { events } = engine
  const texts = Buffer.from(events.buffer)
  const bytes = Buffer.from(engine.bytes.buffer)
  let lastListening = 0

  function onEvents(count: number): void {
    for (let at = 0; at < count * EVENT_FIELDS; at += EVENT_FIELDS) onEvent(at)
  }

  function onEvent(at: number): void {
    const slot = field(at, FIELD.slot)
    switch (field(at, FIELD.kind)) {
      case EVENT.asked: {
        const client = new AcceptedClient(slot, peerAt(at), bytesAt(at), calls, clients)
        listenerAt(at)?.onClient(client)
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
      case EVENT.turnedAway:
        listenerAt(at)?.onClient(new TurnedAway(peerAt(at)))
        break
      case EVENT.silent:
        listenerAt(at)?.onClient(new SocketClient(socketOf(field(at, FIELD.descriptor), bytesAt(at))))
        break
      case EVENT.left:
        clients.get(slot)?.left()
        break
      case EVENT.released:
        clients.get(slot)?.released(field(at, FIELD.descriptor), bytesAt(at))
        break
      case EVENT.closed:
        listenerAt(at)?.onClosed()
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
  const peerAt = (at: number): Peer => ({ address: textAt(at), port: field(at, FIELD.port) })
  const listenerAt = (at: number): Listening | undefined => listening.get(field(at, FIELD.code))
  /** A copy: where they stand is used again. */
  const bytesAt = (at: number): Buffer => {
    const start = field(at, FIELD.bytesAt)
    const copy = Buffer.allocUnsafe(field(at, FIELD.bytesSize))
    bytes.copy(copy, 0, start)
    return copy
  }

  const accept = (descriptor: number, onClient: (client: Client) => void): Acceptor => {
    const id = lastListening++
    const handle = calls.listen(id % threads, id, descriptor)
    let isOpen = true
    const closed = new Promise<void>((resolve) => listening.set(id, { onClient, onClosed: resolve }))
    const close = (): Promise<void> => {
      // What was listening is freed once it is closed: a second call must not reach it.
      if (isOpen) calls.unlisten(handle)
      isOpen = false
      return closed
    }
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
