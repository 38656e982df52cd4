import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../../deadline.ts'
import { createClient, throughProxy } from '../../region/client.ts'
import { createLayer } from '../../region/layers.ts'
import { startRegion } from '../../region/region.ts'
import type { Region } from '../../region/region.ts'
import { portOf } from '../../upstream.ts'

/** The least that is a forward proxy: tunnels to port 443 by CONNECT, single requests in absolute form to port 80. */
async function startForwardProxy(t: TestContext, { direct }: Region) {
  const asked: string[] = []
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url?.split('?')[0]}`)
    const url = new URL(incoming.url ?? '')
    const { address: host, port } = direct(url.hostname, 80)
    const path = `${url.pathname}${url.search}`
    request({ host, port, path, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      pipeline(answer, response).catch(() => {})
    }).end()
  })
  server.on('connect', ({ url = '' }, client) => {
    asked.push(`CONNECT ${url}`)
    if (!url.includes('aliyuncs.com:443')) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\nnot here')
      return
    }
    const { address, port } = direct(url.replace(':443', ''), 443)
    const upstream = connect(port, address)
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    pipeline(client, upstream, client).catch(() => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { asked, endpoint: { address: '127.0.0.1', port: portOf(server.address()) } }
}

test('a client with a forward proxy pushes and pulls by CONNECT, and fetches plain blobs in absolute form', async (t) => {
  const region = await startRegion(t)
  const { names, user, ca } = region
  const proxy = await startForwardProxy(t, region)
  const reach = { forward: true, connectTo: throughProxy(proxy.endpoint), ca: ca.pem }
  const client = createClient(reach, user)
  const image = { host: names.registry, repository: 'ns/app', tag: 'v1' }
  await deadline(client.push(image, [createLayer(100_000, 'x')]), 'push')
  const { layers } = await deadline(client.pull(image), 'pull')
  assert.deepEqual(
    layers.map(({ origin }) => origin),
    [`http://${names.bucket}`],
  )
  assert.ok(proxy.asked.includes(`CONNECT ${names.registry}:443`))
  assert.ok(proxy.asked.includes(`CONNECT ${names.auth}:443`))
  assert.equal(proxy.asked.filter((line) => line.startsWith(`GET http://${names.bucket}/docker/`)).length, 2)
  await assert.rejects(
    deadline(client.login('registry.example.com'), 'login'),
    /CONNECT registry\.example\.com:443: 403/,
  )
})
