import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REGISTRY } from './carried.ts'
import { answerWith, fieldsOf, requestFor, startForwarding } from './forwarded.ts'
import type { Arrival } from './forwarded.ts'
import { pick } from './logged.ts'

const BUCKET = 'aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com'
const REFUSED = 'example.com'

/** Upstreams that say who they are and what they were asked. */
const UPSTREAMS = {
  [REGISTRY]: ({ head, socket }: Arrival) => void socket.end(answerWith(`registry ${head.split('\r\n')[0]}`)),
  [BUCKET]: ({ head, socket }: Arrival) => void socket.end(answerWith(`bucket ${head.split('\r\n')[0]}`)),
}

const requests = [
  requestFor(REGISTRY, { path: '/v2/?a=1' }),
  requestFor(BUCKET, { path: '/blob' }),
  requestFor(REFUSED),
  requestFor(REGISTRY, { path: '' }),
]
const answers = [
  /^HTTP\/1\.1 200 OK\r\n[^]*?registry GET \/v2\/\?a=1 HTTP\/1\.1/,
  /^HTTP\/1\.1 200 OK\r\n[^]*?bucket GET \/blob HTTP\/1\.1/,
  /^HTTP\/1\.1 403 Forbidden\r\n[^]*?acr-proxy: name-not-allowed: example\.com: .*\nhint: .*\n/,
  /^HTTP\/1\.1 200 OK\r\n[^]*?registry GET \/ HTTP\/1\.1/,
]

for (const manner of ['one after the other', 'pipelined'] as const) {
  test(`requests for several hosts on one connection, ${manner}, are answered and logged each by itself`, async (t) => {
    const { proxy, client, heard } = await startForwarding(t, UPSTREAMS)
    if (manner === 'pipelined') client.write(requests.join(''))
    for (const [i, answer] of answers.entries()) {
      if (manner !== 'pipelined') client.write(requests[i] ?? '')
      await heard.until(answer, `answer ${i + 1}`)
    }
    const lineOf = (n: number) => proxy.waitFor(({ conn }) => String(conn).endsWith(`.${n}`), `request ${n} is logged`)
    const lines = [await lineOf(1), await lineOf(2), await lineOf(3), await lineOf(4)]
    assert.deepEqual(
      lines.map((line) => pick(line, 'msg', 'kind', 'host', 'role', 'reason')),
      [
        { msg: 'connection', kind: 'forward', host: REGISTRY, role: 'registry', reason: 'end' },
        { msg: 'connection', kind: 'forward', host: BUCKET, role: 'oss', reason: 'end' },
        { msg: 'refused', kind: 'forward', host: REFUSED, role: undefined, reason: 'name-not-allowed' },
        { msg: 'connection', kind: 'forward', host: REGISTRY, role: 'registry', reason: 'end' },
      ],
    )
    assert.equal(new Set(lines.map(({ conn }) => String(conn).split('.')[0])).size, 1, 'one connection')
  })
}

test('the URL says which host is meant, not the Host field', async (t) => {
  const { client, heard } = await startForwarding(t, {
    [REGISTRY]: ({ head, socket }) => void socket.end(answerWith(fieldsOf(head, 'host').join())),
  })
  client.write(`GET http://${REGISTRY}:80/ HTTP/1.1\r\nHost: ${REFUSED}\r\n\r\n`)
  await heard.until(new RegExp(`\r\n\r\n${REGISTRY}:80$`), 'the host of the URL')
})

test('an https target is refused with a hint at CONNECT', async (t) => {
  const { client, heard } = await startForwarding(t, UPSTREAMS)
  client.write(`GET https://${REGISTRY}/v2/ HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`)
  const answer = await heard.until(/hint: .*\n/, 'the refusal')
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
  assert.match(answer, /acr-proxy: malformed-request: .*CONNECT/)
})

test('requests sent ahead are served in turn, and only so many of them', async (t) => {
  let open = 0
  let most = 0
  const { proxy, client, heard } = await startForwarding(t, ({ head, socket }) => {
    open += 1
    most = Math.max(most, open)
    socket.once('close', () => (open -= 1))
    socket.end(answerWith(`(${head.split(' ')[1]})`))
  })
  const ahead = Array.from({ length: 32 }, (_, i) => requestFor(REGISTRY, { path: `/${i}` }))
  client.write(ahead.join(''))
  for (const i of ahead.keys()) await heard.until(new RegExp(`\\(/${i}\\)`), `answer ${i}`)
  assert.ok(most <= 2, `${most} upstreams at once`)

  client.write(Array<string>(1000).fill(requestFor(REGISTRY)).join(''))
  const { why } = await proxy.waitFor(({ reason }) => reason === 'too-many-from-client', 'the refusal')
  assert.equal(why, '32 requests of one connection wait already')
  await assert.rejects(heard.until(/never/, 'more'), /ECONNRESET/)
})
