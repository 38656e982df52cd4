import { lookup } from 'node:dns/promises'
import type { Socket } from 'node:net'
import type { Dialler } from '../../proxy/dial.ts'
import type { Candidate } from '../../proxy/resolve/resolver.ts'
import { locate, type Path } from '../path.ts'
import { openTunnel } from './tunnel.ts'

/**
 * How the doctor gets at hosts: `direct` as the proxy does, through a `proxy` as a client whose names lead there, by a
 * `tunnel` as a client that knows an HTTP proxy, or as the `system` of this machine says.
 */
export interface Way {
  readonly kind: 'direct' | 'proxy' | 'tunnel' | 'system'
  /** Where a connection for a host and port goes, in the order in which it is tried. */
  locate(host: string, port: number): Promise<readonly Candidate[]>
  readonly dialler: Dialler<Socket>
  /** A connection on which TLS, or HTTP, with that host may begin. */
  open(host: string, port: number, signal: AbortSignal): Promise<Socket>
  /** What stands in a plain request for this. */
  requestTarget(url: URL): string
}

/** Where a proxy is; without a port it is asked at the port of each service. */
export interface Via {
  readonly addresses: readonly string[]
  readonly port: number | undefined
  /** It is asked as an HTTP proxy: CONNECT, and whole URLs. */
  readonly tunnel: boolean
}

export function directWay(path: Path): Way {
  return wayBy('direct', (host, port) => locate(path, host, port), path.dialler)
}

/** By dns.lookup, which is what programs of this machine get: hosts file, caches and all. */
export function systemWay(dialler: Dialler<Socket>): Way {
  return wayBy('system', async (host, port) => toProxy(await systemAddresses(host), port), dialler)
}

export function proxyWay(dialler: Dialler<Socket>, { addresses, port: only }: Via): Way {
  return wayBy('proxy', (_host, port) => Promise.resolve(toProxy(addresses, only ?? port)), dialler)
}

export function tunnelWay(dialler: Dialler<Socket>, { addresses, port: only }: Via): Way {
  const way = wayBy('tunnel', () => Promise.resolve(toProxy(addresses, only ?? 80)), dialler)
  return {
    ...way,
    open: async (host, port, signal) => {
      const socket = await way.open(host, port, signal)
      return port === 80 ? socket : openTunnel(socket, host, port, signal)
    },
    requestTarget: (url) => url.href,
  }
}

/** What the system says a name's addresses are. */
export async function systemAddresses(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)
}

function toProxy(addresses: readonly string[], port: number): readonly Candidate[] {
  return addresses.map((address) => ({ address, port, source: undefined, origin: 'hosts' as const }))
}

function wayBy(kind: Way['kind'], find: Way['locate'], dialler: Dialler<Socket>): Way {
  return {
    kind,
    locate: find,
    dialler,
    open: async (host, port, signal) => dialTo(dialler, host, await find(host, port), signal),
    requestTarget: ({ pathname, search }) => pathname + search,
  }
}

/** A connection to the first of these that answers. */
export async function dialTo(
  dialler: Dialler<Socket>,
  host: string,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  const dial = dialler.dial(host, candidates)
  const cancel = (): void => dial.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const dialled = await dial.result
    signal.throwIfAborted()
    if (dialled === undefined) throw new Error('the dial was cancelled')
    return dialled.upstream
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
