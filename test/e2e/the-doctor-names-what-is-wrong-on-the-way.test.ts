import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createAuthority } from '../region/ca.ts'
import { createClient } from '../region/client.ts'
import { startDns } from '../region/dns.ts'
import { createLayer } from '../region/layers.ts'
import { randomLoopback } from '../region/loopback.ts'
import { startRegion } from '../region/region.ts'
import type { Region } from '../region/region.ts'
import { serve } from '../region/serve.ts'
import type { Handler, Service } from '../region/serve.ts'
import { diagnose } from './doctor.ts'
import { closedPort } from './nobody.ts'
import { startSilent } from './silent.ts'

/** A host of somebody else's, which is where `name` of the region now leads. */
async function hijack(
  t: TestContext,
  region: Region,
  name: string,
  {
    handler = () => {},
    trusted = false,
    names = [name],
  }: { handler?: Handler; trusted?: boolean; names?: readonly string[] },
): Promise<object> {
  const directory = join(region.directory, 'other')
  await mkdir(directory, { recursive: true })
  const authority = trusted ? region.ca : await createAuthority(directory)
  const identity = await authority.issue(names)
  const service = await serve(t, { address: randomLoopback(), identity, handler, plain: true })
  region.dns.set(name, [{ type: 'A', ttl: 60, data: service.address }])
  return withRoute(region, service)
}

/** The configuration of the region, in which one more host may be dialled. */
function withRoute(region: Region, ...services: readonly Pick<Service, 'address' | 'tlsPort' | 'plainPort'>[]): object {
  const config = region.proxyConfig()
  const routes = services.map(({ address, tlsPort, plainPort }) => ({
    cidr: `${address}/32`,
    ports: { 443: tlsPort, ...(plainPort === undefined ? {} : { 80: plainPort }) },
  }))
  const known: unknown = config.resolver['routes']
  return { ...config, resolver: { ...config.resolver, routes: [...(Array.isArray(known) ? known : []), ...routes] } }
}

test('a silent DNS server is a warning while another answers, and fails alone', async (t) => {
  const region = await startRegion(t)
  const silent = await startDns(t, randomLoopback())
  silent.behave('*', { kind: 'drop' })
  const of = `${silent.address}:${silent.port}`
  const args = ['--resolver-timeout', '500ms', '--resolver-servers', `${of},${region.dns.address}:${region.dns.port}`]
  const both = await diagnose(t, region, { args })
  assert.equal(both.code, 0)
  assert.deepEqual([both.of('dns', of).outcome, both.of('dns', of).seen], ['warning', 'did not answer'])
  assert.match(both.of('dns', of).hint ?? '', /another server answers in its place/)

  const alone = await diagnose(t, region, { args: ['--resolver-timeout', '500ms', '--resolver-servers', of] })
  assert.equal(alone.code, 1)
  assert.match(alone.of('dns', of).hint ?? '', /route the DNS servers/)
  assert.equal(alone.of('names', region.names.registry).outcome, 'failed')
  assert.deepEqual(alone.those('skipped'), ['registry /v2/', 'token /auth', 'oss OSS'])
})

test('a server that does not know a name which another knows is told of', async (t) => {
  const region = await startRegion(t)
  const other = await startDns(t, randomLoopback())
  const servers = [other, region.dns].map(({ address, port }) => `${address}:${port}`)
  const { of } = await diagnose(t, region, { args: ['--resolver-servers', servers.join(',')] })
  assert.equal(of('dns', servers[0]).outcome, 'warning')
  assert.match(of('dns', servers[0]).seen, /not as another server does: .* does not exist/)
})

test('a name that nobody knows, one that may not be dialled, and one that leads to the proxy itself each say why', async (t) => {
  const region = await startRegion(t)
  const { names, dns } = region
  dns.remove(names.registry)
  dns.set(names.auth, [{ type: 'A', ttl: 60, data: '8.8.8.8' }])
  dns.set(names.oss, [{ type: 'A', ttl: 60, data: '127.0.0.77' }])
  const { code, of } = await diagnose(t, region, { args: ['--own-addresses', '127.0.0.77'] })
  assert.equal(code, 1)
  assert.deepEqual(
    [of('names', names.registry).outcome, of('names', names.registry).seen],
    ['failed', 'the name does not exist'],
  )
  assert.match(of('names', names.registry).hint ?? '', /is the region right/)
  assert.equal(of('names', names.auth).outcome, 'warning')
  assert.match(of('names', names.auth).seen, /8\.8\.8\.8 is in no configured route/)
  assert.equal(of('names', names.oss).outcome, 'failed')
  assert.match(of('names', names.oss).hint ?? '', /leads the name to this proxy.*--hosts oss-cn-beijing-internal/)
})

test('an address that does not accept is a warning beside one that does, and fails alone', async (t) => {
  const region = await startRegion(t)
  const { names, dns, services } = region
  const dead = randomLoopback()
  const { port } = await closedPort(dead)
  const config = withRoute(region, { address: dead, tlsPort: port, plainPort: port })
  const record = (data: string) => ({ type: 'A', ttl: 60, data }) as const
  dns.set(names.registry, [record(dead), record(services.registry.address)])
  dns.set(names.auth, [record(dead)])
  const { of, code } = await diagnose(t, region, { config })
  const registry = of('connect', names.registry)
  assert.equal(registry.outcome, 'warning')
  assert.match(
    registry.seen,
    new RegExp(`${dead}:${port} ECONNREFUSED, ${services.registry.address}:\\d+ in [\\d.]+ ms`),
  )
  const auth = of('connect', names.auth)
  assert.deepEqual([auth.outcome, auth.seen], ['failed', `${dead}:${port} ECONNREFUSED`])
  assert.match(auth.hint ?? '', /security groups/)
  assert.equal(code, 1)
  assert.match(of('token', 'GET').seen, /ECONNREFUSED/)
})

test('an address that says nothing is told of as that, and in time', async (t) => {
  const region = await startRegion(t)
  const { address, port } = await startSilent(t, randomLoopback())
  region.dns.set(region.names.registry, [{ type: 'A', ttl: 60, data: address }])
  const config = withRoute(region, { address, tlsPort: port, plainPort: port })
  const { of } = await diagnose(t, region, { config, args: ['--connect-timeout', '1s'] })
  const check = of('connect', region.names.registry)
  assert.deepEqual([check.outcome, check.seen], ['failed', `${address}:${port} ETIMEDOUT`])
  assert.match(check.hint ?? '', /nothing came back/)
})

test('what ends TLS on the way is noticed, and named by its certificate', async (t) => {
  const region = await startRegion(t)
  const config = await hijack(t, region, region.names.registry, {})
  const { of, code } = await diagnose(t, region, { config })
  const check = of('tls', region.names.registry)
  assert.equal(code, 1)
  assert.match(check.seen, /^the certificate, issued by Miniature ACR region CA, is not good: its issuer is not known/)
  assert.match(check.hint ?? '', /something on the way ends TLS/)
  assert.deepEqual([of('registry').outcome, of('registry').seen], ['skipped', 'no registry is reached, see above'])
})

test('a certificate for another name is told of with that name', async (t) => {
  const region = await startRegion(t)
  const config = await hijack(t, region, region.names.registry, { trusted: true, names: ['portal.example'] })
  const { of } = await diagnose(t, region, { config })
  assert.match(of('tls', region.names.registry).seen, /it is not for this name, and it is for portal\.example$/)
})

test('what is no registry, no authorization service and no OSS is told apart from those', async (t) => {
  const region = await startRegion(t)
  const { names } = region
  const portal: Handler = (_request, response) => void response.writeHead(200).end('<h1>Welcome</h1>')
  let config = await hijack(t, region, names.oss, { handler: portal, trusted: true })
  const oss = await diagnose(t, region, { config })
  for (const scheme of ['http', 'https']) {
    assert.equal(oss.of('oss', `${scheme}://${names.oss}/`).seen, 'answers 200, and not as OSS does')
  }
  config = await hijack(t, region, names.auth, { handler: portal, trusted: true })
  const auth = await diagnose(t, region, { config })
  assert.equal(auth.of('token', `GET https://${names.auth}/auth`).seen, 'answers 200 and no token')
  config = await hijack(t, region, names.registry, { handler: portal, trusted: true })
  const registry = await diagnose(t, region, { config })
  assert.equal(registry.of('registry').seen, 'answers 200, not 401')
  assert.deepEqual(registry.those('skipped'), ['token /auth'])
})

test('a layer that is changed on the way is found by its digest', async (t) => {
  const region = await startRegion(t)
  const { names, ca, user } = region
  const image = { host: names.registry, repository: 'public/app', tag: 'v1' }
  await createClient({ connectTo: region.direct, ca: ca.pem }, user).push(image, [createLayer(700, 'a')])
  const handler: Handler = (_request, response) => void response.end('something else')
  const config = await hijack(t, region, names.bucket, { handler, trusted: true })
  const { of, code } = await diagnose(t, region, { config, args: ['--image', 'public/app:v1'] })
  assert.equal(code, 1)
  assert.match(of('image', 'first layer').seen, /^its 14 bytes are sha256:\w+, and not sha256:/)
})

test('several regions are each checked, and the default instance of one does not speak for the other', async (t) => {
  const region = await startRegion(t)
  const config = region.proxyConfig({ region: ['cn-beijing', 'cn-shanghai'] })
  const { checks, of, code } = await diagnose(t, region, { config })
  assert.equal(code, 1)
  assert.equal(of('registry', `https://${region.names.registry}/v2/`).outcome, 'ok')
  assert.deepEqual(
    checks
      .filter((check) => check.region === 'cn-shanghai' && check.outcome === 'failed')
      .map(({ subject }) => subject),
    ['registry-vpc.cn-shanghai.aliyuncs.com', 'oss-cn-shanghai-internal.aliyuncs.com'],
  )
})
