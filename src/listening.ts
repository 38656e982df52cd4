import type { AddressInfo, Server, Socket } from 'node:net'

/** Connections the kernel holds ready while a burst is worked off; it caps this at net.core.somaxconn. */
const BACKLOG = 4096

/** A place to listen at; no host means all addresses, IPv6 and IPv4. */
export interface Place {
  readonly host: string | undefined
  readonly port: number
}

/** Where a socket really listens. */
export interface Bound {
  /** The literal address, `::` or `0.0.0.0` for all. */
  readonly address: string
  readonly port: number
}

/** A listening socket that another process has opened for us. It accepts nothing until it is adopted. */
export interface InheritedSocket {
  readonly bound: Bound
  readonly socket: Socket
}

/** Hands over what was inherited for a place, once; undefined where nothing was. */
export type Inherit = (place: Place) => InheritedSocket | undefined

/** Opens a socket at `place`. Rejects with the system's error. */
export function open(server: Server, { host, port }: Place): Promise<Bound> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, backlog: BACKLOG, ...(host === undefined ? {} : { host }) }, () => {
      server.removeListener('error', reject)
      resolve(boundOf(server.address()))
    })
  })
}

/** Accepts from now on what comes to a socket that is open already. */
export function adopt(server: Server, { bound, socket }: InheritedSocket): Bound {
  server.listen(socket, BACKLOG)
  return bound
}

/** The descriptor of a listening socket, for a process that is to inherit it. */
export function descriptorOf(server: Server): number {
  // Node has no public way to it.
  const descriptor: unknown = Reflect.get(Object(Reflect.get(server, '_handle')), 'fd')
  if (typeof descriptor === 'number' && descriptor >= 0) return descriptor
  throw new Error('a server that listens has a descriptor')
}

/** The address and port of a TCP socket that is bound. */
export function boundOf(address: AddressInfo | object | string | null): Bound {
  if (address !== null && typeof address === 'object' && 'address' in address) return address
  throw new Error('a TCP socket has an address and a port')
}
