import assert from 'node:assert/strict'
import http from 'node:http'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { codeOf } from '../../src/errors.ts'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial, readAtLeast } from './wire.ts'
import type { Ending } from '../ending.ts'

test('a client that resets is a reset for the upstream', async (t) => {
  const heard = deferred<Ending>()
  const { proxy } = await startCarried(t, (socket) => {
    void endingOf(socket).then(heard.resolve)
    socket.write('ready')
  })
  const client = await dial(t, proxy.endpoint)
  client.write(helloFor())
  await deadline(readAtLeast(client, 5), 'the relay runs')
  client.resetAndDestroy()

  assert.equal((await deadline(heard.promise, 'the upstream hears it')).by, 'ECONNRESET')
  const line = await logged(proxy, 'connection')
  assert.deepEqual(pick(line, 'endedBy', 'reason'), { endedBy: 'client', reason: 'ECONNRESET' })
})

test('an upstream that resets is a reset for the client', async (t) => {
  const { proxy, upstream } = await startCarried(t, (socket) => void socket.write('part'))
  const client = await dial(t, proxy.endpoint)
  client.write(helloFor())
  await deadline(readAtLeast(client, 4), 'the relay runs')
  const ending = endingOf(client)
  upstream.sockets.forEach((socket) => socket.resetAndDestroy())

  assert.equal((await deadline(ending, 'the client hears it')).by, 'ECONNRESET')
  const line = await logged(proxy, 'connection')
  assert.deepEqual(pick(line, 'endedBy', 'reason'), { endedBy: 'upstream', reason: 'ECONNRESET' })
})

/** What ends a GET of `path` over the proxy, the upstream resetting inside a body that only the connection's end delimits. */
async function cutBody(t: TestContext, path: string): Promise<string> {
  const { proxy, upstream } = await startCarried(t, (socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthe first half'))
  })
  const { address, port } = proxy.endpoint
  const request = http.get({ host: address, port, path, headers: { host: REGISTRY }, agent: false })
  t.after(() => void request.destroy())
  const ending = new Promise<string>((resolve) => {
    // Of a body without a length, Node tells the request that it was cut, and the response that it is complete.
    request.on('error', (error) => resolve(codeOf(error)))
    request.on('response', (response) => {
      response.on('error', (error) => resolve(codeOf(error)))
      response.on('end', () => resolve('end'))
      response.once('data', () => upstream.sockets.forEach((socket) => socket.resetAndDestroy()))
    })
  })
  return deadline(ending, 'the body ends or fails')
}

for (const [form, path] of Object.entries({ plain: '/blob', forwarded: `http://${REGISTRY}/blob` })) {
  test(`a ${form} HTTP body cut by a reset does not look complete`, async (t) => {
    assert.equal(await cutBody(t, path), 'ECONNRESET')
  })
}

test('a forwarded body cut by a reset does not look complete to an HTTP/1.0 client either', async (t) => {
  const { proxy, upstream } = await startCarried(t, (socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nthe first half'))
  })
  const client = await dial(t, proxy.endpoint)
  client.write(`GET http://${REGISTRY}/blob HTTP/1.0\r\n\r\n`)
  let text = ''
  client.on('data', (bytes: Buffer) => {
    text += bytes.toString()
    if (text.endsWith('half')) upstream.sockets.forEach((socket) => socket.resetAndDestroy())
  })
  assert.equal((await deadline(endingOf(client), 'the client hears it')).by, 'ECONNRESET')
  assert.match(text, /half$/)
})
