import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'
import { authHandler } from './auth.ts'
import { createAuthority } from './ca.ts'
import type { Authority } from './ca.ts'
import { chartHandler } from './charts.ts'
import { startDns } from './dns.ts'
import type { DnsServer } from './dns.ts'
import { randomLoopback } from './loopback.ts'
import { namesOf } from './names.ts'
import type { RegionNames } from './names.ts'
import { ossHandler } from './oss.ts'
import { proxyConfig } from './proxy-config.ts'
import type { ProxyConfig } from './proxy-config.ts'
import { registryHandler } from './registry.ts'
import { recordRequests } from './requests.ts'
import type { SeenRequest } from './requests.ts'
import { serve } from './serve.ts'
import type { Handler, Service } from './serve.ts'
import { blobKey, signQuery } from './signature.ts'
import { createStore } from './store.ts'
import { createTokens } from './tokens.ts'

export type ServiceName = 'registry' | 'enterprise' | 'auth' | 'chart' | 'oss'

/** A miniature ACR region: everything a login, a push and a pull touch, on loopback addresses of its own. */
export interface Region {
  readonly id: string
  readonly names: RegionNames
  readonly user: { readonly name: string; readonly password: string }
  readonly services: Readonly<Record<ServiceName, Service>>
  readonly dns: DnsServer
  readonly ca: Authority
  /** A directory of the region, removed with it. */
  readonly directory: string
  /** What the services were asked, in order. */
  readonly requests: readonly SeenRequest[]
  /** Where `host` is served itself, for clients that use no proxy; `port` is 443 or 80. */
  readonly direct: (host: string, port: number) => Endpoint
  /** A configuration of a proxy for this region; `overrides` replace its keys, those below `resolver` one by one. */
  readonly proxyConfig: (overrides?: Partial<ProxyConfig>) => ProxyConfig
}

export interface RegionOptions {
  /** The region's id; cn-beijing unless said otherwise. */
  readonly id?: string
  /** The clock that signed URLs are made and checked by, in milliseconds. */
  readonly now?: () => number
  /** What the default instance says in its challenge, and the bucket (a host name) that it sends clients to, where not the usual ones. */
  readonly realm?: string
  readonly bucket?: string
}

/** Starts a region that lives as long as the scope. */
export async function startRegion(
  t: Scope,
  { id = 'cn-beijing', now = Date.now, realm, bucket }: RegionOptions = {},
): Promise<Region> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-region-'))
  t.after(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }))
  const usual = namesOf(id)
  const names = { ...usual, bucket: bucket ?? usual.bucket }
  const user = { name: 'cr_user@acme', password: randomBytes(9).toString('base64url') }
  const users = new Map([[user.name, user.password]])
  const secret = randomBytes(20)
  const [ca, tokens] = await Promise.all([createAuthority(directory), createTokens()])
  const bucketOf = (host: string) => host.slice(0, -names.oss.length - 1)
  const stores = {
    registry: await createStore(join(directory, bucketOf(names.bucket))),
    enterprise: await createStore(join(directory, bucketOf(names.enterpriseBucket))),
  }
  const locate = (scheme: 'http' | 'https', host: string) => (digest: string) => {
    const key = blobKey(digest)
    return `${scheme}://${host}/${key}?${signQuery(secret, { bucket: bucketOf(host), key }, now()).toString()}`
  }

  const requests: SeenRequest[] = []
  const start = async (service: ServiceName, hosts: readonly string[], handler: Handler, plain = false) =>
    serve(t, {
      address: randomLoopback(),
      identity: await ca.issue(hosts),
      handler: recordRequests(requests, service, handler),
      plain,
    })
  const services = {
    registry: await start(
      'registry',
      [names.registry],
      registryHandler({
        realm: realm ?? `https://${names.auth}/auth`,
        service: `registry.aliyuncs.com:${id}:26842`,
        tokens,
        store: stores.registry,
        locate: locate('http', names.bucket),
      }),
    ),
    enterprise: await start(
      'enterprise',
      [names.enterprise],
      registryHandler({
        realm: `https://${names.enterpriseAuth}/auth`,
        service: `registry.aliyuncs.com:${id}:china:cri-abc123`,
        tokens,
        store: stores.enterprise,
        locate: locate('https', names.enterpriseBucket),
      }),
    ),
    auth: await start('auth', [names.auth, names.enterpriseAuth], authHandler({ tokens, users })),
    chart: await start('chart', [names.chart], chartHandler(users)),
    oss: await start(
      'oss',
      [names.oss, `*.${names.oss}`],
      ossHandler({
        endpoint: names.oss,
        buckets: new Map([
          [bucketOf(names.bucket), stores.registry],
          [bucketOf(names.enterpriseBucket), stores.enterprise],
        ]),
        secret,
        now,
      }),
      true,
    ),
  }

  const dns = await startDns(t, randomLoopback())
  const serviceOf = new Map<string, Service>([
    [names.registry, services.registry],
    [names.enterprise, services.enterprise],
    [names.auth, services.auth],
    [names.enterpriseAuth, services.auth],
    [names.chart, services.chart],
    [names.oss, services.oss],
    [`*.${names.oss}`, services.oss],
  ])
  for (const [name, { address }] of serviceOf) dns.set(name, [{ type: 'A', ttl: 60, data: address }])

  return {
    id,
    names,
    user,
    services,
    dns,
    ca,
    directory,
    requests,
    direct: (host, port) => {
      const service = serviceOf.get(host) ?? serviceOf.get(host.replace(/^[^.]+/, '*'))
      const real = port === 443 ? service?.tlsPort : service?.plainPort
      if (service === undefined || real === undefined) throw new Error(`${host}:${port} is not served in this region`)
      return { address: service.address, port: real }
    },
    proxyConfig: (overrides) => proxyConfig(id, { services: Object.values(services), dns, overrides }),
  }
}
