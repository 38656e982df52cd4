import type { Attempt } from '../race.ts'
import { AcceptedClient } from './accepted.ts'
import type { Calls } from './calls.ts'
import { detach } from './detach.ts'
import type { Engine, Offer, Relay, Upstream } from './engine.ts'
import type { Slots } from './slots.ts'
import { endedRelay, SpliceRelay } from './splice-relay.ts'
import { Sweep } from './sweep.ts'
import { nameOf, systemError, timedOut } from './system-error.ts'

/** Told what becomes of a dial. */
export interface Dialling {
  connected(address: string, port: number, isCoupled: boolean): void
  failed(error: Error): void
}

/** What a dial has connected. */
interface Socket {
  readonly slot: number
  readonly localAddress: string
  readonly localPort: number
}

const NOTHING = Buffer.alloc(0)

/** Dials by relay threads, and couples what they connect: a client that its thread holds there and then, any other when it is asked to. */
export function createConnect(
  calls: Calls,
  threads: number,
  dials: Slots<Dialling>,
  relays: Slots<SpliceRelay>,
): Engine['connect'] {
  const sweep = new Sweep()
  let turn = 0

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

  return ({ address, port, source }, limitMs, offer): Attempt<Upstream> =>
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
}

/** How many of the client's first bytes are not for the upstream. */
function skipOf({ client, head }: Offer): number {
  return (client.first?.length ?? 0) - head.length
}

function greetingOf({ greeting }: Offer): Buffer {
  return greeting === undefined ? NOTHING : Buffer.from(greeting)
}
