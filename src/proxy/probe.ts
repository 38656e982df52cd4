import net from 'node:net'
import os from 'node:os'
import { codeOf } from '../errors.ts'
import type { Bound } from '../listening.ts'
import type { Client } from './client.ts'
import { unmapped } from './ip-address.ts'

/** Tells whether a listener still accepts, by a connection to it that nothing else hears of. */
export interface Probe {
  /** To be told of every connection that is accepted; true for one of the probe's own, which has then been closed. */
  takes(client: Pick<Client, 'peer' | 'close'>): boolean
  /** Whether something was accepted since the last call, or is within `limitMs`; true also where that cannot be found out. */
  accepts(limitMs: number): Promise<boolean>
}

export function createProbe({ address, port }: Bound): Probe {
  const own = new Map<string, () => void>()
  let accepted = false
  // A packet filter may keep us from our own port: that is held against the listener only where a probe has got through before.
  let proven = false

  const reach = (host: string, limitMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = net.connect({ host, port })
      let name: string | undefined
      const learn = (): void => {
        if (socket.localAddress === undefined) return
        name = nameOf(socket.localAddress, socket.localPort)
        own.set(name, () => settle(true))
      }
      const settle = (answer: boolean): void => {
        clearTimeout(limit)
        socket.destroy()
        if (name !== undefined) own.delete(name)
        resolve(answer)
      }
      const limit = setTimeout(() => settle(accepted), limitMs)
      // Node connects in the next tick: from then on the port is known, and the listener cannot have seen it yet.
      process.nextTick(learn)
      socket.on('error', (error) => settle(codeOf(error) === 'EMFILE' || codeOf(error) === 'ENFILE'))
    })

  return {
    takes(client) {
      accepted = true
      if (own.size === 0) return false
      const arrived = client.peer && own.get(nameOf(client.peer.address, client.peer.port))
      if (!arrived) return false
      proven = true
      client.close()
      arrived()
      return true
    },
    async accepts(limitMs) {
      for (const host of waysTo(address)) {
        // An address that has moved to another host would be asked for there.
        if (accepted || !isLocal(host) || (await reach(host, limitMs))) {
          accepted = false
          return true
        }
      }
      return !proven
    },
  }
}

/** An IPv4 client of a dual-stack listener has an IPv4 address on its own side. */
function nameOf(address: string, port = 0): string {
  return `${unmapped(address)} ${port}`
}

/** Where a listener is reached from its own host: on all addresses by IPv4, unless it takes IPv6 alone. */
function waysTo(address: string): readonly string[] {
  if (address === '0.0.0.0') return ['127.0.0.1']
  return address === '::' ? ['127.0.0.1', '::1'] : [address]
}

function isLocal(address: string): boolean {
  if (address.startsWith('127.') || address === '::1') return true
  return Object.values(os.networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === address))
}
