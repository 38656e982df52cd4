import net from 'node:net'
import { hostPort } from '../host-port.ts'
import { codeOf, UserError } from '../errors.ts'
import { type CidrList, createCidrList } from './cidr-list.ts'
import { type Client, SocketClient } from './client.ts'
import type { Acceptor, Engine } from './engine/engine.ts'
import type { Bound } from './own-addresses.ts'

/** Connections the kernel holds ready while a burst is worked off; it caps this at net.core.somaxconn. */
const BACKLOG = 4096

export interface ListenSpec {
  /** undefined: every address, IPv6 and IPv4. */
  readonly host: string | undefined
  readonly port: number
  readonly proxyProtocol: boolean
  readonly trusted: readonly string[]
}

/** A socket that accepts. */
export interface Listener {
  /** `address:port` as bound, the name in logs. */
  readonly name: string
  readonly bound: Bound
  /** Sources from which a PROXY protocol header is required and believed; undefined where none is expected. */
  readonly proxies: CidrList | undefined
  /** Stops accepting at once; what was accepted goes on. Resolves when all of it has been handed on. */
  close(): Promise<void>
}

/** Opens a listener. Rejects with a UserError that says what to do about a port that cannot be had. */
export async function listen(
  spec: ListenSpec,
  engine: Pick<Engine, 'accept'>,
  onClient: (client: Client, listener: Listener) => void,
): Promise<Listener> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true })
  await open(server, spec)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address and a port')
  const accepts = spec.proxyProtocol ? undefined : acceptBy(engine, server, (client) => onClient(client, listener))
  const listener: Listener = {
    name: hostPort(address.address, address.port),
    bound: address,
    proxies: spec.proxyProtocol ? createCidrList(spec.trusted) : undefined,
    close() {
      server.close()
      return accepts?.close() ?? Promise.resolve()
    },
  }
  server.on('connection', (socket) => onClient(new SocketClient(socket), listener))
  // An accept that fails (EMFILE, ENOBUFS) concerns that one client; unheard, it would end the process.
  server.on('error', () => {})
  return listener
}

/** Leaves the accepting to the engine, where it can: Node has bound the address, and closes its own descriptor. */
function acceptBy(
  { accept }: Pick<Engine, 'accept'>,
  server: net.Server,
  onClient: (client: Client) => void,
): Acceptor | undefined {
  const handle: unknown = Reflect.get(server, '_handle')
  if (accept === undefined || typeof handle !== 'object' || handle === null) return undefined
  const descriptor: unknown = Reflect.get(handle, 'fd')
  if (typeof descriptor !== 'number' || descriptor < 0) return undefined
  const acceptor = accept(descriptor, onClient)
  server.close()
  return acceptor
}

function open(server: net.Server, { host, port }: ListenSpec): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(explain(error, host, port))
    server.once('error', failed)
    server.listen({ port, backlog: BACKLOG, ...(host === undefined ? {} : { host }) }, () => {
      server.removeListener('error', failed)
      resolve()
    })
  })
}

function explain(error: Error, host: string | undefined, port: number): UserError {
  const where = hostPort(host ?? '', port)
  const say = (what: string, hint: string): UserError =>
    new UserError(`cannot listen on ${where}: ${what}`, { hint, cause: error })
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return say(
        'the port is in use',
        `see what uses it with \`ss -ltnp 'sport = :${port}'\`, or choose another with --listen`,
      )
    case 'EACCES':
      return say(
        'no permission for a port below 1024',
        'run it by systemd with AmbientCapabilities=CAP_NET_BIND_SERVICE, or `setcap cap_net_bind_service=+ep "$(readlink -f "$(command -v node)")"`, or use --listen :8443',
      )
    case 'EADDRNOTAVAIL':
      return say('this host has no such address', 'see the addresses it has with `ip addr`')
    default:
      return say(error.message, 'give --listen as [ADDRESS]:PORT')
  }
}
