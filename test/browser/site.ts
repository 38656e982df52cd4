import { adminOf, WITH_ADMIN } from '../e2e/admin.ts'
import { helloFor } from '../e2e/hellos.ts'
import { ask } from '../e2e/ask.ts'
import { startProxy } from '../e2e/proxy.ts'
import type { ReadyProxy } from '../e2e/proxy.ts'
import { createClient, throughProxy } from '../region/client.ts'
import { createLayer } from '../region/layers.ts'
import { startRegion } from '../region/region.ts'
import type { Region } from '../region/region.ts'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'
import { announcedAs } from './announced.ts'

/** A region, the proxy before it, and clients that have addresses as in documentation. */
export interface Site {
  readonly region: Region
  readonly proxy: ReadyProxy
  readonly admin: Endpoint
  /** The proxy as a client of this address gets at it; the first call says how fast its line is (bytes a second). */
  readonly entrance: (client: string, rate?: number) => Promise<Endpoint>
  /** Pushes an image of so many bytes and pulls it again, as that client. */
  readonly transfer: (client: string, bytes: number) => Promise<void>
  /** A TLS client that asks for `host`, until it is refused. */
  readonly refuse: (client: string, host: string) => Promise<void>
}

export async function startSite(t: Scope, config: object = {}): Promise<Site> {
  const region = await startRegion(t)
  const listen = [{ address: '127.0.0.1:0', proxyProtocol: true, trusted: ['127.0.0.0/8'] }]
  const proxy = await startProxy(t, { config: region.proxyConfig({ ...WITH_ADMIN, listen, ...config }) })
  const entrances = new Map<string, Promise<Endpoint>>()
  const entrance = (client: string, rate?: number): Promise<Endpoint> => {
    const known = entrances.get(client) ?? announcedAs(t, proxy.endpoint, client, rate)
    entrances.set(client, known)
    return known
  }
  let images = 0
  return {
    region,
    proxy,
    admin: await adminOf(proxy),
    entrance,
    async transfer(client, bytes) {
      const docker = createClient({ connectTo: throughProxy(await entrance(client)), ca: region.ca.pem }, region.user)
      images += 1
      const host = images % 2 === 0 ? region.names.enterprise : region.names.registry
      const image = { host, repository: 'team/app', tag: `v${images}` }
      await docker.push(image, [createLayer(bytes, `layer ${images}`)])
      await docker.pull(image)
    },
    async refuse(client, host) {
      await ask(t, await entrance(client), helloFor(host))
    },
  }
}
