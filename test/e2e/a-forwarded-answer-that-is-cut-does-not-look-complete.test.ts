import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { REGISTRY } from './carried.ts'
import { requestFor, startForwarding } from './forwarded.ts'
import { logged, pick } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n'
const SIZED = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst'
const HALF_A_HEAD = 'HTTP/1.1 200 OK\r\nContent-Le'

for (const [what, part] of Object.entries({ 'of known length': SIZED, 'in chunks': CHUNKED })) {
  for (const how of ['ends', 'is reset'] as const) {
    test(`a body ${what} whose connection ${how} too early is a reset for the client`, async (t) => {
      const { proxy } = await startForwarding(t, ({ socket }) => {
        if (how === 'ends') socket.end(part)
        else socket.write(part, () => socket.resetAndDestroy())
      })
      const client = await dial(t, proxy.endpoint)
      client.write(requestFor(REGISTRY))
      const { by, bytes } = await deadline(endingOf(client), 'the client hears of it')
      assert.equal(by, 'ECONNRESET')
      assert.ok(!bytes.toString().endsWith('0\r\n\r\n'))
      const line = await logged(proxy, 'connection')
      assert.deepEqual(pick(line, 'endedBy', 'reason'), { endedBy: 'upstream', reason: 'ECONNRESET' })
    })
  }
}

for (const [what, part] of Object.entries({ 'no answer': '', 'half a head': HALF_A_HEAD })) {
  test(`an upstream that sends ${what} and closes is told as a failed one`, async (t) => {
    const { proxy, client, heard } = await startForwarding(t, ({ socket }) => void socket.end(part))
    client.write(requestFor(REGISTRY))
    const answer = await heard.until(/hint: .*\n/, 'the refusal')
    assert.match(answer, /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*acr-proxy: connect-failed: registry-vpc/)
    const line = await logged(proxy, 'connection')
    assert.deepEqual(pick(line, 'endedBy', 'host'), { endedBy: 'upstream', host: REGISTRY })
  })
}

test('a client that leaves in the middle of a body ends the transfer at the upstream, either way', async (t) => {
  for (const method of ['GET', 'PUT']) {
    const gone = deferred<void>()
    const { proxy, client, heard } = await startForwarding(t, ({ socket }) => {
      socket.once('close', gone.resolve)
      socket.on('end', () => socket.end())
      socket.write(SIZED)
    })
    client.write(`${requestFor(REGISTRY, { method, fields: ['Content-Length: 10'] })}start`)
    await heard.until(/first$/, 'the first half')
    client.destroy()
    await deadline(gone.promise, 'the upstream hears of it')
    const line = await logged(proxy, 'connection')
    assert.deepEqual(pick(line, 'endedBy'), { endedBy: 'client' })
  }
})
