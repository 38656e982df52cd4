import { test } from 'node:test'
import { REGISTRY } from './carried.ts'
import { answerWith, requestFor, startForwarding } from './forwarded.ts'

test('a client that closes its side after its request still gets the answer', async (t) => {
  const { client, heard } = await startForwarding(t, ({ socket }) => void socket.end(answerWith('late')))
  client.end(requestFor(REGISTRY))
  await heard.until(/\r\n\r\nlate$/, 'the answer')
})

test('a client that closes its side after several requests still gets every answer', async (t) => {
  const { client, heard } = await startForwarding(t, ({ head, socket }) => {
    socket.end(answerWith(head.startsWith('GET /1') ? 'one' : 'two'))
  })
  client.write(requestFor(REGISTRY, { path: '/1' }))
  await heard.until(/\r\n\r\none$/, 'the first answer')
  client.end(requestFor(REGISTRY, { path: '/2' }) + requestFor(REGISTRY, { path: '/3' }))
  await heard.until(/\r\n\r\ntwo/, 'the second answer')
  await heard.until(/\r\n\r\ntwo$/, 'the third answer')
})
