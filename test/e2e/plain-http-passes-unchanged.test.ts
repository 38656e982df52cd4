import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { startCarried } from './carried.ts'
import { logged, pick } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial, sendInPieces } from './wire.ts'

const BUCKET = 'aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com'

/** Heads that a proxy which parsed and wrote them again would change, each with a body of its own. */
const REQUESTS: Readonly<Record<string, string>> = {
  'a head in odd case and spacing': `GET /a?b=%2f&c HTTP/1.1\r\nhOsT:   ${BUCKET}   \r\nX-Twice: 1\r\nx-twice:2\r\nConnection: Keep-Alive, X-Twice\r\n\r\n`,
  'a host in odd case with a dot and a port': `GET / HTTP/1.1\r\nHost: ${BUCKET.toUpperCase()}.:8080\r\n\r\n`,
  'HTTP/1.0': `GET /blob HTTP/1.0\r\nHost: ${BUCKET}\r\n\r\n`,
  'a body in chunks with a trailer': `PUT /x HTTP/1.1\r\nHost: ${BUCKET}\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n`,
  'two requests at once, the second for a host nobody checks': `GET /1 HTTP/1.1\r\nHost: ${BUCKET}\r\n\r\nGET /2 HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n`,
  'bytes that are no text': `POST / HTTP/1.1\r\nHost: ${BUCKET}\r\nContent-Length: 4\r\nX-Bytes: \u00ff\u00e9\r\n\r\n\u0000\u00ff\r\n`,
}

for (const [what, request] of Object.entries(REQUESTS)) {
  test(`${what}: the upstream gets the bytes the client sent, and the client those of the answer`, async (t) => {
    const sent = Buffer.from(request, 'latin1')
    const answer = Buffer.from('HTTP/1.1 200 oK\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\nbody\u0000', 'latin1')
    const received = deferred<Buffer>()
    const { proxy } = await startCarried(
      t,
      (socket) => {
        void endingOf(socket).then(({ bytes }) => received.resolve(bytes))
        socket.end(answer)
      },
      { names: [BUCKET] },
    )
    const client = await dial(t, proxy.endpoint)
    const ending = endingOf(client)
    await sendInPieces(client, sent, 7)
    client.end()
    assert.deepEqual(await deadline(received.promise, 'the upstream hears the end'), sent)
    assert.deepEqual((await deadline(ending, 'the client hears the end')).bytes, answer)
    assert.deepEqual(pick(await logged(proxy, 'connection'), 'kind', 'host', 'role', 'bytesUp', 'bytesDown'), {
      kind: 'http',
      host: BUCKET,
      role: 'oss',
      bytesUp: sent.length,
      bytesDown: answer.length,
    })
  })
}
