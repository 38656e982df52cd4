import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const SPELLINGS = [REGISTRY.toUpperCase(), `${REGISTRY}.`, 'Registry-VPC.cn-Beijing.AliyunCS.com.']

function openings(spelling: string): Readonly<Record<string, Buffer>> {
  return {
    tls: helloFor(spelling),
    http: Buffer.from(`GET /v2/ HTTP/1.1\r\nhost:${spelling}\r\n\r\n`),
    forward: Buffer.from(`GET http://${spelling}/v2/ HTTP/1.1\r\nHost: ${spelling}\r\nConnection: close\r\n\r\n`),
    connect: Buffer.from(`CONNECT ${spelling}:443 HTTP/1.1\r\nHost: ${spelling}:443\r\n\r\n`),
  }
}

test('upper case and a trailing dot are one and the same name, by every way in', async (t) => {
  const { proxy } = await startCarried(t, (socket) => {
    // A tunnel is silent until its client speaks; the others have spoken.
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nserved'))
  })
  for (const spelling of SPELLINGS) {
    for (const [kind, opening] of Object.entries(openings(spelling))) {
      await t.test(`${kind} to ${spelling}`, async (t) => {
        const skip = proxy.log.length
        const client = await dial(t, proxy.endpoint)
        const answer = endingOf(client)
        client.write(opening)
        if (kind === 'connect') client.write('the first bytes of the tunnel')
        const { bytes } = await deadline(answer, 'the answer')
        assert.match(bytes.toString(), /served/)
        client.end()
        const line = await logged(proxy, 'connection', skip)
        assert.deepEqual(pick(line, 'kind', 'host'), { kind, host: REGISTRY })
      })
    }
  }
})
