import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { startCarried } from './carried.ts'
import { alert, UNRECOGNIZED_NAME } from './goodbyes.ts'
import { helloFor } from './hellos.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const OTHER = 'www.example.com'
const MORE = Buffer.alloc(64 * 1024)

const OPENINGS: Readonly<Record<string, readonly [Buffer, (bytes: Buffer) => boolean]>> = {
  TLS: [helloFor(OTHER), (bytes) => bytes.equals(alert(UNRECOGNIZED_NAME))],
  HTTP: [
    Buffer.from(`PUT /v2/a/blobs/uploads/1 HTTP/1.1\r\nHost: ${OTHER}\r\nContent-Length: 1048576\r\n\r\n`),
    (bytes) => bytes.toString().includes('acr-proxy: name-not-allowed: '),
  ],
}

for (const [what, [opening, isGoodbye]] of Object.entries(OPENINGS)) {
  test(`a refused ${what} client that goes on sending 1 MB still reads its goodbye`, async (t) => {
    const { proxy } = await startCarried(t, () => {})
    for (let round = 0; round < 20; round++) {
      const client = await dial(t, proxy.endpoint)
      client.pause()
      client.write(opening)
      // All of it is taken: a proxy that closed would answer with a reset, after which the goodbye could not be read.
      for (let i = 0; i < 16; i++) {
        await deadline(new Promise((resolve) => client.write(MORE, resolve)), 'the proxy reads on')
      }
      const goodbye = endingOf(client)
      client.resume()
      const { by, bytes } = await deadline(goodbye, 'the goodbye')
      assert.equal(by, 'end')
      assert.ok(isGoodbye(bytes), bytes.toString('latin1'))
      client.destroy()
    }
  })
}
