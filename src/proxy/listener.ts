import net from 'node:net'
import { hostPort } from '../host-port.ts'
import { codeOf, UserError } from '../errors.ts'
import { adopt, type Bound, descriptorOf, type InheritedSocket, open, type Place } from '../listening.ts'
import { type CidrList, createCidrList } from './cidr-list.ts'
import { type Client, SocketClient } from './client.ts'
import type { Acceptor, Engine } from './engine/engine.ts'
import { createProbe } from './probe.ts'

export interface ListenSpec extends Place {
  readonly proxyProtocol: boolean
  readonly trusted: readonly string[]
}

/** What a connection is told of where it came in. */
export interface Entrance {
  /** `address:port` as bound, the name in logs. */
  readonly name: string
  /** Sources from which a PROXY protocol header is required and believed; undefined where none is expected. */
  readonly proxies: CidrList | undefined
}

/** A socket that accepts. */
export interface Listener extends Entrance {
  readonly bound: Bound
  /** The place that was asked for. */
  readonly place: Place
  /** The listening socket, for a process that is to inherit it. */
  readonly descriptor: number
  /** Changes whose PROXY header is believed, for connections that come from now on. */
  configure(spec: ListenSpec): void
  /** Whether it still accepts, found out within `limitMs` without a trace in log or metrics. */
  accepts(limitMs: number): Promise<boolean>
  /** Stops accepting at once; what was accepted goes on. Resolves when all of it has been handed on. */
  close(): Promise<void>
}

/** Who accepts, where that is not left to Node. */
type Accepting = Pick<Engine, 'accept'>

export type OnClient = (client: Client, entrance: Entrance) => void

/** Opens a listener. Rejects with a UserError that says what to do about a port that cannot be had. */
export async function listen(spec: ListenSpec, engine: Accepting, onClient: OnClient): Promise<Listener> {
  const server = createServer()
  try {
    return createListener(server, await open(server, spec), spec, engine, onClient)
  } catch (error) {
    throw explain(error, spec)
  }
}

/** A listener on a socket that is open already. */
export function listenOn(
  inherited: InheritedSocket,
  spec: ListenSpec,
  engine: Accepting,
  onClient: OnClient,
): Listener {
  const server = createServer()
  return createListener(server, adopt(server, inherited), spec, engine, onClient)
}

function createServer(): net.Server {
  return net.createServer({ allowHalfOpen: true, noDelay: true })
}

function createListener(
  server: net.Server,
  bound: Bound,
  spec: ListenSpec,
  engine: Accepting,
  onClient: OnClient,
): Listener {
  let proxies = proxiesOf(spec)
  const probe = createProbe(bound)
  const accept = (client: Client): void => {
    if (!probe.takes(client)) onClient(client, listener)
  }
  const acceptor = acceptBy(engine, server, accept)
  const listener: Listener = {
    name: hostPort(bound.address, bound.port),
    bound,
    place: { host: spec.host, port: spec.port },
    get descriptor() {
      return acceptor?.descriptor ?? descriptorOf(server)
    },
    get proxies() {
      return proxies
    },
    configure: (changed) => void (proxies = proxiesOf(changed)),
    accepts: (limitMs) => probe.accepts(limitMs),
    close() {
      server.close()
      return acceptor?.close() ?? Promise.resolve()
    },
  }
  server.on('connection', (socket) => accept(new SocketClient(socket)))
  // An accept that fails (EMFILE, ENOBUFS) concerns that one client; unheard, it would end the process.
  server.on('error', () => {})
  return listener
}

function proxiesOf({ proxyProtocol, trusted }: ListenSpec): CidrList | undefined {
  return proxyProtocol ? createCidrList(trusted) : undefined
}

/** Leaves the accepting to the engine, where it can: Node has bound the address, and closes its own descriptor. */
function acceptBy({ accept }: Accepting, server: net.Server, onClient: (client: Client) => void): Acceptor | undefined {
  const acceptor = accept?.(descriptorOf(server), onClient)
  if (acceptor !== undefined) server.close()
  return acceptor
}

function explain(error: unknown, place: Place): UserError {
  const say = (what: string, hint: string): UserError =>
    new UserError(`cannot listen on ${hostPort(place.host ?? '', place.port)}: ${what}`, { hint, cause: error })
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return say(
        'the port is in use',
        `see what uses it with \`ss -ltnp 'sport = :${place.port}'\`, or choose another with --listen`,
      )
    case 'EACCES':
      return say(
        'no permission for a port below 1024',
        'run it by systemd, which `acr-proxy service install` sets up, or `setcap cap_net_bind_service=+ep "$(readlink -f "$(command -v node)")"`, or use --listen :8443',
      )
    case 'EADDRNOTAVAIL':
      return say('this host has no such address', 'see the addresses it has with `ip addr`')
    default:
      return say(error instanceof Error ? error.message : String(error), 'give --listen as [ADDRESS]:PORT')
  }
}
