import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REGISTRY } from './carried.ts'
import { answerWith, fieldsOf, HEAD, requestFor, startForwarding } from './forwarded.ts'

const UPLOAD = requestFor(REGISTRY, {
  method: 'PUT',
  fields: ['Content-Length: 4', 'Expect: 100-continue'],
})

test('a client that waits for 100 gets it when the upstream says so, and only then sends', async (t) => {
  const { client, heard } = await startForwarding(t, async ({ head, heard: upload, socket }) => {
    assert.deepEqual(fieldsOf(head, 'expect'), ['100-continue'])
    socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    socket.end(answerWith(`got ${await upload.until(/body/, 'the body')}`))
  })
  client.write(UPLOAD)
  assert.match(await heard.until(HEAD, 'the go-ahead'), /^HTTP\/1\.1 100 /)
  client.write('body')
  assert.match(await heard.until(/got body$/, 'the answer'), /^HTTP\/1\.1 200 OK\r\n/)
})

test('a client that waits for 100 gets the refusal of an upstream that wants no body', async (t) => {
  const { client, heard } = await startForwarding(t, ({ socket }) => {
    socket.end(answerWith('no', [], '417 Expectation Failed'))
  })
  client.write(UPLOAD)
  assert.match(await heard.until(/no$/, 'the refusal'), /^HTTP\/1\.1 417 Expectation Failed\r\n/)
  // Whether the body follows is the client's choice, so nothing else can be read from this connection.
  await assert.rejects(heard.until(/./, 'more'), /ended after ""/)
})

test('a client that waits for 100 and gets a refusal of the proxy has sent nothing', async (t) => {
  const { client, heard } = await startForwarding(t, () => {})
  client.write(requestFor('example.com', { method: 'PUT', fields: ['Content-Length: 4', 'Expect: 100-continue'] }))
  assert.match(await heard.until(/hint: .*\n/, 'the refusal'), /^HTTP\/1\.1 403 /)
})
