import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial, readAtLeast } from './wire.ts'
import type { Ending } from '../ending.ts'

const MEGABYTE = randomBytes(1024 * 1024)
/** How late the answer comes (ms): well after the proxy has passed the half-close on. */
const LATE = 300

const OPENINGS = { tls: helloFor(), http: Buffer.from(`GET /v2/ HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`) }

for (const [kind, opening] of Object.entries(OPENINGS)) {
  test(`a ${kind} client that closes its side with the first bytes still gets a late answer of 1 MB`, async (t) => {
    const heard = deferred<Ending>()
    const { proxy } = await startCarried(t, (socket) => {
      void endingOf(socket).then(heard.resolve)
      socket.on('end', () => setTimeout(() => socket.end(MEGABYTE), LATE))
    })
    const client = await dial(t, proxy.endpoint)
    const answer = endingOf(client)
    client.end(opening)

    const request = await deadline(heard.promise, 'the upstream hears the end')
    assert.equal(request.by, 'end')
    assert.ok(request.bytes.equals(opening))
    const { by, bytes } = await deadline(answer, 'the answer')
    assert.equal(by, 'end')
    assert.ok(bytes.equals(MEGABYTE))
    const line = await logged(proxy, 'connection')
    assert.deepEqual(pick(line, 'kind', 'endedBy', 'reason', 'bytesUp', 'bytesDown'), {
      kind,
      endedBy: 'client',
      reason: 'end',
      bytesUp: opening.length,
      bytesDown: MEGABYTE.length,
    })
  })
}

test('an upstream that closes its side first still gets a late megabyte', async (t) => {
  const heard = deferred<Ending>()
  const { proxy } = await startCarried(t, (socket) => {
    void endingOf(socket).then(heard.resolve)
    socket.end('enough')
  })
  const client = await dial(t, proxy.endpoint)
  const answer = endingOf(client)
  client.write(OPENINGS.tls)
  assert.deepEqual(await deadline(answer, 'the end of the answer'), { by: 'end', bytes: Buffer.from('enough') })
  setTimeout(() => client.end(MEGABYTE), LATE)

  const { by, bytes } = await deadline(heard.promise, 'the upstream has all')
  assert.equal(by, 'end')
  assert.ok(bytes.equals(Buffer.concat([OPENINGS.tls, MEGABYTE])))
  assert.deepEqual(pick(await logged(proxy, 'connection'), 'endedBy', 'reason'), { endedBy: 'upstream', reason: 'end' })
})

test('a tunnel opened by CONNECT passes the end of each side on by itself', async (t) => {
  const { proxy } = await startCarried(t, (socket) => {
    void endingOf(socket).then(({ bytes }) => socket.end(bytes))
  })
  const client = await dial(t, proxy.endpoint)
  client.write(`CONNECT ${REGISTRY}:443 HTTP/1.1\r\nHost: ${REGISTRY}:443\r\n\r\n`)
  const greeting = await deadline(readAtLeast(client, 12), 'the tunnel opens')
  assert.match(greeting.toString(), /^HTTP\/1\.1 200 /)
  const answer = endingOf(client)
  client.end('to and fro')
  assert.deepEqual(await deadline(answer, 'the echo'), { by: 'end', bytes: Buffer.from('to and fro') })
})

test('a client that closes its side after a forwarded request still gets the answer, and then the end', async (t) => {
  const { proxy } = await startCarried(t, (socket) => {
    socket.once('data', () => setTimeout(() => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate'), LATE))
  })
  const client = await dial(t, proxy.endpoint)
  const answer = endingOf(client)
  client.end(`GET http://${REGISTRY}/blob HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`)
  const { by, bytes } = await deadline(answer, 'the answer')
  assert.equal(by, 'end')
  assert.match(bytes.toString(), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nlate$/)
  const line = await logged(proxy, 'connection')
  assert.deepEqual(pick(line, 'kind', 'endedBy', 'reason'), { kind: 'forward', endedBy: 'upstream', reason: 'end' })
})
