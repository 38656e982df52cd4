import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { randomLoopback } from '../region/loopback.ts'
import { startDns } from '../region/dns.ts'
import { listenTcp } from '../upstream.ts'
import type { Endpoint } from '../upstream.ts'
import { ask } from './ask.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { converse } from './conversation.ts'
import { logged, pick } from './logged.ts'
import { startProxy } from './proxy.ts'
import { resolvedBy } from './resolved.ts'
import { startSilent } from './silent.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const OPEN = /^HTTP\/1\.1 200 [^\r]*\r\n\r\n$/

function connectTo(target: string): string {
  return `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Connection: keep-alive\r\n\r\n`
}

function echo(socket: Socket): void {
  socket.pipe(socket)
}

test('a tunnel to 443 and one to 80 each lead to the port that was asked for', async (t) => {
  const [dns, address] = [await startDns(t, randomLoopback()), randomLoopback()]
  dns.set(REGISTRY, [{ type: 'A', ttl: 60, data: address }])
  const named = (name: string) => listenTcp(t, (socket) => void socket.resume().end(name), address)
  const [tls, plain] = [await named('tls side'), await named('plain side')]
  const routes = [{ cidr: `${address}/32`, ports: { 443: tls.port, 80: plain.port } }]
  const proxy = await startProxy(t, { config: resolvedBy([dns], [], { routes }) })
  for (const [port, said] of [
    [443, 'tls side'],
    [80, 'plain side'],
  ] as const) {
    const { bytes } = await ask(t, proxy.endpoint, connectTo(`${REGISTRY}:${port}`))
    assert.match(bytes.toString(), new RegExp(`^HTTP/1\\.1 200 [^\\r]*\\r\\n\\r\\n${said}$`))
  }
})

test('the tunnel carries bytes both ways, those sent together with the request once', async (t) => {
  const received = deferred<Buffer>()
  const { proxy } = await startCarried(t, (socket) => {
    void endingOf(socket).then(({ bytes }) => received.resolve(bytes))
    echo(socket)
  })
  const client = await dial(t, proxy.endpoint)
  const heard = converse(client)
  client.write(`${connectTo(`${REGISTRY}:443`)}early`)
  assert.match(await heard.until(/\r\n\r\n/, 'the tunnel opens'), OPEN)
  await heard.until(/^early$/, 'the early bytes come back')
  client.end(' late')
  await heard.until(/^ late$/, 'the late bytes come back')
  assert.equal((await deadline(received.promise, 'the upstream hears the end')).toString(), 'early late')
  const line = await logged(proxy, 'connection')
  assert.deepEqual(pick(line, 'kind', 'host', 'bytesUp', 'bytesDown', 'reason'), {
    kind: 'connect',
    host: REGISTRY,
    bytesUp: 10,
    bytesDown: 10,
    reason: 'end',
  })
})

/** The status and the text that a CONNECT for `target` is refused with. */
async function refusal(t: TestContext, proxy: Endpoint, target: string): Promise<[status: string, text: string]> {
  const answer = (await ask(t, proxy, connectTo(target))).bytes.toString()
  return [answer.slice(0, answer.indexOf('\r\n')), answer.slice(answer.indexOf('\r\n\r\n') + 4)]
}

test('other ports and other names are refused with the reason', async (t) => {
  const { proxy, upstream } = await startCarried(t, echo)
  for (const port of [22, 5000, 8443, 65535]) {
    const [status, text] = await refusal(t, proxy.endpoint, `${REGISTRY}:${port}`)
    assert.equal(status, 'HTTP/1.1 403 Forbidden')
    assert.match(text, new RegExp(`^acr-proxy: port-not-allowed: .*${port}.*\nhint: .*443 and 80`))
  }
  const [status, text] = await refusal(t, proxy.endpoint, 'example.com:443')
  assert.equal(status, 'HTTP/1.1 403 Forbidden')
  assert.match(text, /^acr-proxy: name-not-allowed: example\.com: .*\nhint: /)
  assert.equal(upstream.sockets.size, 0)
})

test('an upstream that cannot be reached is told instead of the tunnel, not after it', async (t) => {
  const dns = await startDns(t, randomLoopback())
  const silent = await startSilent(t, randomLoopback())
  const closed = { address: randomLoopback(), port: 9 }
  dns.set(REGISTRY, [{ type: 'A', ttl: 60, data: closed.address }])
  dns.set('acme-registry-vpc.cn-beijing.cr.aliyuncs.com', [{ type: 'A', ttl: 60, data: silent.address }])
  const config = { ...resolvedBy([dns], [closed, silent]), timeouts: { connect: '300ms' } }
  const proxy = await startProxy(t, { config })
  const [refused, why] = await refusal(t, proxy.endpoint, `${REGISTRY}:443`)
  assert.equal(refused, 'HTTP/1.1 502 Bad Gateway')
  assert.match(why, new RegExp(`connect-failed: .*${closed.address}:9 ECONNREFUSED`))
  const [timedOut, whyNot] = await refusal(t, proxy.endpoint, 'acme-registry-vpc.cn-beijing.cr.aliyuncs.com:443')
  assert.equal(timedOut, 'HTTP/1.1 504 Gateway Timeout')
  assert.match(whyNot, new RegExp(`connect-timeout: .*${silent.address}:${silent.port} ETIMEDOUT`))
  const missing = 'crpi-abc.cn-beijing.personal.cr.aliyuncs.com:443'
  const [unresolved, whyUnresolved] = await refusal(t, proxy.endpoint, missing)
  assert.equal(unresolved, 'HTTP/1.1 502 Bad Gateway')
  assert.match(whyUnresolved, /resolve-failed: .*the name does not exist/)
})
