import type { Socket } from 'node:net'
import type { Scope } from '../scope.ts'
import { listenTcp } from '../upstream.ts'
import type { Endpoint } from '../upstream.ts'
import { startProxy } from './proxy.ts'
import type { ReadyProxy } from './proxy.ts'

/** The name the captured hellos ask for, which a proxy for cn-beijing carries without further configuration. */
export const REGISTRY = 'registry-vpc.cn-beijing.aliyuncs.com'

export interface CarriedOptions {
  /** Keys beside `region` and `hosts`. */
  readonly config?: object
  /** Names that lead to the upstream. */
  readonly names?: readonly string[]
  readonly args?: readonly string[]
}

/** A proxy that carries names to a raw upstream, whose every connection goes to `handler`. */
export async function startCarried(
  t: Scope,
  handler: (socket: Socket) => void,
  { config = {}, names = [REGISTRY], args = [] }: CarriedOptions = {},
): Promise<{ readonly proxy: ReadyProxy; readonly upstream: Endpoint & { readonly sockets: ReadonlySet<Socket> } }> {
  const upstream = await listenTcp(t, handler)
  const proxy = await startProxy(t, { config: { ...configTo(upstream, names), ...config }, args })
  return { proxy, upstream }
}

/** The configuration in which `names` lead to `upstream`. */
export function configTo({ address, port }: Endpoint, names: readonly string[] = [REGISTRY]): object {
  return { region: 'cn-beijing', hosts: Object.fromEntries(names.map((name) => [name, `${address}:${port}`])) }
}
