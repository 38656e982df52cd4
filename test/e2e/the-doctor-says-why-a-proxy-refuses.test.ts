import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { startRegion } from '../region/region.ts'
import { listenTcp, portOf } from '../upstream.ts'
import { diagnose } from './doctor.ts'
import { closedPort } from './nobody.ts'
import { startProxy } from './proxy.ts'

test('a name that the proxy does not admit is told of in its words, not by a number', async (t) => {
  const region = await startRegion(t)
  const { names } = region
  const config = region.proxyConfig({ allow: { instances: ['other'] } })
  const { port } = await startProxy(t, { config })
  for (const via of [`127.0.0.1:${port}`, `http://127.0.0.1:${port}`]) {
    const { code, of } = await diagnose(t, region, { args: ['--via', via, '--allow-instances', 'acme'] })
    const check = of('tls', names.enterprise)
    assert.equal(code, 1)
    assert.match(
      check.seen,
      /^the proxy refuses it, name-not-allowed: acme-registry-vpc.*instance acme is not listed.*add acme to "allow\.instances"/,
    )
    assert.match(check.hint ?? '', /^on the proxy: .*docs\/operations\.md explains name-not-allowed$/)
    assert.equal(of('tls', names.registry).outcome, 'ok')
  }
})

test('a name that the proxy admits and cannot reach is told of as that, also over plain HTTP', async (t) => {
  const region = await startRegion(t)
  const { names, dns } = region
  const { port } = await startProxy(t, { config: region.proxyConfig() })
  dns.remove(names.registry)
  dns.remove(`*.${names.oss}`)
  const { of } = await diagnose(t, region, { args: ['--via', `127.0.0.1:${port}`] })
  assert.match(of('tls', names.registry).seen, /^the proxy refuses it, resolve-failed: /)
  assert.match(of('tls', names.registry).hint ?? '', /--hosts NAME=ADDRESS/)
  assert.match(of('oss', `http://${names.bucket}/`).seen, /^the proxy refuses it, resolve-failed: /)
  assert.equal(of('oss', `http://${names.oss}/`).outcome, 'ok')
})

test('a proxy that closes without a word is told of with what it does so for', async (t) => {
  const region = await startRegion(t)
  const config = region.proxyConfig({ allow: { clients: ['192.0.2.0/24'] } })
  const { port } = await startProxy(t, { config })
  const { of, code } = await diagnose(t, region, { args: ['--via', `127.0.0.1:${port}`] })
  assert.equal(code, 1)
  assert.equal(of('tls', region.names.registry).seen, 'the connection was closed without a word')
  assert.match(of('tls', region.names.registry).hint ?? '', /outside allow\.clients/)
})

test('an HTTP proxy in the place of a reverse one is a mix-up, and is named', async (t) => {
  const region = await startRegion(t)
  // As squid does: what is no HTTP is answered in HTTP.
  const squid = await listenTcp(t, (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'))
  const { of } = await diagnose(t, region, { args: ['--via', `127.0.0.1:${squid.port}`] })
  assert.match(of('tls', region.names.registry).hint ?? '', /no acr-proxy is there: .*HTTP_PROXY and HTTPS_PROXY/)
})

test('an HTTP proxy that opens no tunnel is told of with its status', async (t) => {
  const region = await startRegion(t)
  const server = createServer((_request, response) => void response.writeHead(407).end())
  server.on('connect', (_request, socket) => void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  t.after(() => void server.close())
  const { of } = await diagnose(t, region, { args: ['--via', `http://127.0.0.1:${portOf(server.address())}`] })
  assert.match(
    of('tls', region.names.registry).seen,
    /^CONNECT registry-vpc\.cn-beijing\.aliyuncs\.com:443 is answered with 407$/,
  )
})

test('a proxy that is not there fails once, and what needs it is skipped', async (t) => {
  const region = await startRegion(t)
  const { port } = await closedPort()
  const { those, of } = await diagnose(t, region, { args: ['--via', `127.0.0.1:${port}`] })
  assert.match(of('connect', 'the proxy').seen, /ECONNREFUSED/)
  assert.deepEqual(those('failed'), ['connect the proxy'])
  assert.deepEqual(those('skipped'), ['registry /v2/', 'token /auth', 'oss OSS'])
})
