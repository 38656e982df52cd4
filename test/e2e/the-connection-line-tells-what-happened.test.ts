import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { buildHello, frame } from '../hello.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { logged } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const HELLO = frame(buildHello({ serverName: REGISTRY, alpn: ['h2', 'http/1.1'], versions: [0x0304, 0x0303] }))
const GET = Buffer.from(`GET /v2/ HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`)
const CONNECT = `CONNECT ${REGISTRY}:443 HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`
const FORWARD = `GET http://${REGISTRY}/v2/ HTTP/1.1\r\nHost: ${REGISTRY}\r\nConnection: close\r\n\r\n`
/** What a forwarded request is for the upstream. */
const FORWARDED = `GET /v2/ HTTP/1.1\r\nHost: ${REGISTRY}\r\nVia: 1.1 acr-proxy\r\nConnection: close\r\n\r\n`
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'

interface Case {
  readonly send: string | Buffer
  /** Beside those that all lines have. */
  readonly fields: Readonly<Record<string, unknown>>
}

const CASES: Readonly<Record<string, Case>> = {
  tls: {
    send: HELLO,
    fields: { conn: '1', bytesUp: HELLO.length, alpn: 'h2,http/1.1', version: 'TLS 1.3' },
  },
  http: { send: GET, fields: { conn: '2', bytesUp: GET.length } },
  connect: { send: `${CONNECT}tunnelled`, fields: { conn: '3', bytesUp: 'tunnelled'.length } },
  forward: { send: FORWARD, fields: { conn: '4.1', bytesUp: FORWARDED.length } },
}

test('the line of a connection has every key, with its value', async (t) => {
  const { proxy, upstream } = await startCarried(t, (socket) => {
    socket.once('data', () => socket.end(ANSWER))
  })
  for (const [kind, { send, fields }] of Object.entries(CASES)) {
    await t.test(kind, async (t) => {
      const skip = proxy.log.length
      const client = await dial(t, proxy.endpoint)
      const { localPort } = client
      const answer = endingOf(client)
      client.write(send)
      await deadline(answer, 'the answer')
      client.end()

      const { raw, time, resolveMs, connectMs, totalMs, ...rest } = await logged(proxy, 'connection', skip)
      assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 10_000, raw)
      for (const ms of [resolveMs, connectMs, totalMs]) assert.ok(typeof ms === 'number' && ms >= 0 && ms < 10_000, raw)
      assert.ok(Number(totalMs) >= Number(connectMs), raw)
      assert.deepEqual(rest, {
        level: 'info',
        msg: 'connection',
        client: '127.0.0.1',
        clientPort: localPort,
        listener: proxy.listeners[0],
        kind,
        host: REGISTRY,
        role: 'registry',
        region: 'cn-beijing',
        rule: 'registry-vpc',
        upstream: `127.0.0.1:${upstream.port}`,
        bytesDown: ANSWER.length,
        endedBy: 'upstream',
        reason: 'end',
        ...fields,
      })
    })
  }
})

test('the line of a refused connection has the client, the listener, the host and why', async (t) => {
  const { proxy } = await startCarried(t, () => {})
  const client = await dial(t, proxy.endpoint)
  const { localPort } = client
  client.write(frame(buildHello({ serverName: 'WWW.example.com' })))
  await deadline(endingOf(client), 'the goodbye')
  const { raw, time, totalMs, why, ...rest } = await logged(proxy, 'refused')
  assert.ok(typeof time === 'string' && typeof totalMs === 'number', raw)
  assert.match(String(why), /^www\.example\.com: not a name of ACR.*"allow\.hosts"/)
  assert.deepEqual(rest, {
    level: 'warn',
    msg: 'refused',
    conn: '1',
    client: '127.0.0.1',
    clientPort: localPort,
    listener: proxy.listeners[0],
    kind: 'tls',
    host: 'www.example.com',
    version: 'TLS 1.2',
    reason: 'name-not-allowed',
  })
})
