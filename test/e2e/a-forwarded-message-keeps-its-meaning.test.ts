import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REGISTRY } from './carried.ts'
import { answerWith, fieldsOf, HEAD, requestFor, startForwarding, unchunk } from './forwarded.ts'

const HOP_BY_HOP = [
  'Connection: keep-alive, X-Mine',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
  'Proxy-Authorization: Basic c2VjcmV0',
  'TE: trailers',
  'Upgrade: h2c',
  'X-Mine: for this hop',
]

test('fields of one hop end there, and all others pass in their order, repeated ones too', async (t) => {
  const cookies = ['Set-Cookie: a=1', 'X-Between: x', 'set-cookie: b=2', 'Set-Cookie: a=1']
  const { client, heard } = await startForwarding(t, ({ head, socket }) => {
    socket.end(answerWith(head, [...cookies, 'Connection: close, X-Mine', 'X-Mine: for this hop', 'Date: never']))
  })
  const fields = ['Authorization: Bearer t', 'X-Twice: 1', 'x-twice: 2', 'Accept: a, b', ...HOP_BY_HOP]
  client.write(requestFor(REGISTRY, { fields }))
  const answer = await heard.until(HEAD, 'the head of the answer')
  const request = await heard.until(HEAD, 'the request as the upstream got it')
  assert.deepEqual(request.split('\r\n'), [
    'GET / HTTP/1.1',
    `Host: ${REGISTRY}`,
    'Authorization: Bearer t',
    'X-Twice: 1',
    'x-twice: 2',
    'Accept: a, b',
    'Via: 1.1 acr-proxy',
    'Connection: close',
    '',
    '',
  ])
  assert.deepEqual(fieldsOf(answer, 'set-cookie'), ['a=1', 'b=2', 'a=1'])
  assert.deepEqual(fieldsOf(answer, 'date'), ['never'])
  assert.deepEqual(fieldsOf(answer, 'x-mine'), [])
  assert.deepEqual(fieldsOf(answer, 'x-between'), ['x'])
  assert.deepEqual(fieldsOf(answer, 'connection'), ['keep-alive'])
})

/** Answers that have no body whatever their fields say: the next answer must be read at the right place. */
const BODILESS: readonly (readonly [method: string, status: string, fields: readonly string[]])[] = [
  ['HEAD', '200 OK', ['Content-Length: 12345', 'Docker-Content-Digest: sha256:abc']],
  ['GET', '204 No Content', ['X-A: 1']],
  ['GET', '304 Not Modified', ['ETag: "x"', 'Content-Length: 5']],
  ['HEAD', '404 Not Found', ['Content-Type: application/json']],
]

for (const [method, status, fields] of BODILESS) {
  test(`${method} answered ${status} has no body, and the connection goes on`, async (t) => {
    const { client, heard } = await startForwarding(t, ({ head, socket }) => {
      if (head.startsWith('GET /next ')) socket.end(answerWith('next'))
      else socket.end(`${[`HTTP/1.1 ${status}`, ...fields].join('\r\n')}\r\n\r\n`)
    })
    client.write(requestFor(REGISTRY, { method }))
    const answer = await heard.until(HEAD, 'the answer')
    assert.ok(answer.startsWith(`HTTP/1.1 ${status}\r\n`), answer)
    for (const field of fields) assert.ok(answer.includes(`\r\n${field}\r\n`), `${field} in ${answer}`)
    client.write(requestFor(REGISTRY, { path: '/next' }))
    assert.match(await heard.until(/next$/, 'the next answer'), /^HTTP\/1\.1 200 OK\r\n/)
  })
}

test('bodies in chunks stay bodies in chunks, either way', async (t) => {
  const { client, heard } = await startForwarding(t, async ({ head, heard: upload, socket }) => {
    assert.deepEqual(fieldsOf(head, 'transfer-encoding'), ['chunked'])
    assert.deepEqual(fieldsOf(head, 'content-length'), [])
    const body = unchunk(await upload.until(/(^|\r\n)0\r\n\r\n$/, 'the upload'))
    socket.write('HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n')
    socket.end(`5\r\nthis:\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
  })
  client.write(requestFor(REGISTRY, { method: 'PATCH', fields: ['Transfer-Encoding: chunked'] }))
  client.write('3\r\nabc\r\n')
  client.write('2;x=y\r\nde\r\n0\r\n\r\n')
  const answer = await heard.until(HEAD, 'the head')
  assert.ok(answer.startsWith('HTTP/1.1 201 Created\r\n'), answer)
  assert.deepEqual(fieldsOf(answer, 'transfer-encoding'), ['chunked'])
  assert.equal(unchunk(await heard.until(/\r\n0\r\n\r\n$/, 'the body')), 'this:abcde')
})

test('a body in a coding that would lose its label is refused, either way', async (t) => {
  const { client, heard } = await startForwarding(t, ({ head, socket }) => {
    assert.match(head, /^GET \/packed /)
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n')
  })
  client.write(requestFor(REGISTRY, { method: 'PUT', fields: ['Transfer-Encoding: gzip, chunked'] }))
  client.write('0\r\n\r\n')
  assert.match(await heard.until(/gzip is not understood/, 'the refusal'), /^HTTP\/1\.1 400 /)
  client.write(requestFor(REGISTRY, { path: '/packed' }))
  assert.match(await heard.until(/transfer-coding/, 'the other refusal'), /HTTP\/1\.1 502 /)
})

test('a body that ends with its connection is complete for the client, in chunks', async (t) => {
  const { client, heard } = await startForwarding(t, ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\n\r\nall'))
  client.write(requestFor(REGISTRY))
  await heard.until(HEAD, 'the head')
  assert.equal(unchunk(await heard.until(/\r\n0\r\n\r\n$/, 'the body and its end')), 'all')
})

test('a body of known length keeps it, an empty one too', async (t) => {
  const { client, heard } = await startForwarding(t, async ({ head, heard: upload, socket }) => {
    const length = fieldsOf(head, 'content-length').join()
    assert.deepEqual(fieldsOf(head, 'transfer-encoding'), [])
    const body = length === '0' ? '' : await upload.until(/done$/, 'the upload')
    socket.end(answerWith(`${length} ${body}`))
  })
  client.write(requestFor(REGISTRY, { method: 'POST', fields: ['Content-Length: 0'] }))
  await heard.until(/\r\n\r\n0 $/, 'the answer to the empty upload')
  client.write(`${requestFor(REGISTRY, { method: 'PUT', fields: ['Content-Length: 8'] })}all done`)
  await heard.until(/\r\n\r\n8 all done$/, 'the answer to the other')
})

test('a request of HTTP/1.0 gets its answer and then the end', async (t) => {
  const { client, heard } = await startForwarding(t, ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\n\r\nall'))
  client.write(`GET http://${REGISTRY}/ HTTP/1.0\r\n\r\n`)
  const answer = await heard.until(/\r\n\r\nall$/, 'the answer')
  assert.deepEqual(fieldsOf(answer, 'transfer-encoding'), [])
  await assert.rejects(heard.until(/./, 'more'), /ended after ""/)
})
