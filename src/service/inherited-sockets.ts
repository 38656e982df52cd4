import { Socket } from 'node:net'
import { exposed } from '../config/conflicts.ts'
import type { Loaded } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { UserError } from '../errors.ts'
import { hostPort } from '../host-port.ts'
import { type Bound, boundOf, type Inherit, type InheritedSocket, type Place } from '../listening.ts'
import type { Log } from '../log.ts'
import { FIRST_DESCRIPTOR, passedNames } from './listen-fds.ts'

/** The name by which a socket unit chooses the admin listener (FileDescriptorName=). */
const ADMIN = 'admin'
/** Names for sockets that our predecessor has opened itself: they serve only where the configuration asks for them. */
const OWN = { listen: 'handed-over', admin: 'handed-over-admin' } as const

const TOKEN_HINT = 'or give the socket unit a loopback address, such as ListenStream=127.0.0.1:9180'

type Role = keyof typeof OWN

interface Passed extends InheritedSocket {
  readonly name: string
  readonly role: Role
  /** By a service manager, not by a predecessor of ours. */
  readonly activated: boolean
}

/** The listening sockets that were open when this process began. */
export interface InheritedSockets {
  /** Where they are asked for. */
  readonly inherit: Readonly<Record<Role, Inherit>>
  /** The configuration, with the places of a service manager's sockets where none are configured. */
  fill(loaded: Loaded): Config
  /** The name under which a socket is handed over. */
  nameOf(bound: Bound, role: Role): string
  /** Closes those that nobody has asked for, and says so. */
  release(log: Log): void
}

/** Takes what was passed on by the LISTEN_FDS protocol. Throws a UserError for what is no listening TCP socket. */
export function inheritSockets(env: NodeJS.ProcessEnv): InheritedSockets {
  const passed = passedNames(env).map(identify)
  const activated = passed.filter((socket) => socket.activated)
  const left = [...passed]
  const take = (place: Place, wanted: (socket: Passed) => boolean): Passed | undefined => {
    const found = left.findIndex((socket) => wanted(socket) && isAt(place, socket.bound))
    return found < 0 ? undefined : left.splice(found, 1)[0]
  }
  return {
    inherit: {
      listen: (place) => take(place, ({ role }) => role === 'listen'),
      admin: (place) => take(place, ({ role }) => role === 'admin') ?? take(place, () => true),
    },
    fill({ config, sources }) {
      const isDefault = (key: string): boolean => sources[key]?.from === 'default'
      const named = activated.find(({ role }) => role === 'admin')
      const admin =
        named !== undefined && isDefault('admin.listen')
          ? { host: named.bound.address, port: named.bound.port }
          : config.admin.listen
      // Checked already for the place that is configured, which this is not.
      const [open] = exposed({ ...config.admin, listen: admin })
      if (open !== undefined) throw new UserError(`the inherited socket ${ADMIN}: ${open.why}`, { hint: TOKEN_HINT })
      const others = activated.filter(
        ({ role, bound }) => role === 'listen' && !(admin !== undefined && isAt(admin, bound)),
      )
      const listen =
        others.length > 0 && isDefault('listen')
          ? others.map(({ bound }) => ({ host: bound.address, port: bound.port, proxyProtocol: false, trusted: [] }))
          : config.listen
      return { ...config, listen, admin: { ...config.admin, listen: admin } }
    },
    nameOf: (bound, role) => activated.find((socket) => isSame(socket.bound, bound))?.name ?? OWN[role],
    release(log) {
      for (const { socket, bound, name, activated } of left.splice(0)) {
        socket.destroy()
        const listener = hostPort(bound.address, bound.port)
        if (activated) log.warn({ name, socket: listener }, 'an inherited socket is not used')
        else log.info({ listener }, 'no longer listening')
      }
    },
  }
}

function isSame(one: Bound, other: Bound): boolean {
  return one.address === other.address && one.port === other.port
}

/** Whether a socket is what a place asks for; port 0 takes any. */
function isAt({ host, port }: Place, bound: Bound): boolean {
  const isAny = bound.address === '::' || bound.address === '0.0.0.0'
  return (port === 0 || port === bound.port) && (host === bound.address || (host === undefined && isAny))
}

function identify(name: string, index: number): Passed {
  const descriptor = FIRST_DESCRIPTOR + index
  const socket = socketAt(descriptor, name)
  const role = name === ADMIN || name === OWN.admin ? 'admin' : 'listen'
  return { name, role, activated: name !== OWN.listen && name !== OWN.admin, socket, bound: boundOf(socket.address()) }
}

/** A handle on a listening TCP socket, by which nothing is read or accepted so far. */
function socketAt(descriptor: number, name: string): Socket {
  try {
    // Without this Node would read from it as soon as a connection comes.
    const socket = new Socket({ fd: descriptor, readable: false })
    const address = socket.address()
    if ('port' in address && address.port !== 0 && socket.remoteAddress === undefined) return socket
  } catch {
    // Closed, or no socket of a kind that Node knows: as good as any other that is of no use.
  }
  throw new UserError(`LISTEN_FDS: descriptor ${descriptor} (${name}) is no TCP socket that listens`, {
    hint: 'in the socket unit give ListenStream=PORT or ListenStream=ADDRESS:PORT, without Accept=yes',
  })
}
