import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { headerLocal, headerV1, headerV2 } from './proxy-headers.ts'
import type { ReadyProxy } from './proxy.ts'
import { endingOf } from '../ending.ts'
import { dial, readAtLeast, sendInPieces } from './wire.ts'

const HELLO = helloFor()
const REQUEST = Buffer.from(`GET /v2/ HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`)
const listen = [{ address: '127.0.0.1:0', proxyProtocol: true, trusted: ['127.0.0.0/8'] }]

/** A proxy behind a load balancer, whose upstream sends back what reached it. */
async function startBehind(t: TestContext, config: object = {}): Promise<ReadyProxy> {
  const { proxy } = await startCarried(t, (socket) => void endingOf(socket).then(({ bytes }) => socket.end(bytes)), {
    config: { listen, ...config },
  })
  return proxy
}

/** What comes back for `bytes` sent in pieces of `size`. */
async function exchange(t: TestContext, proxy: ReadyProxy, bytes: Buffer, size = 65_536): Promise<Buffer> {
  const client = await dial(t, proxy.endpoint)
  const answer = endingOf(client)
  await sendInPieces(client, bytes, size)
  client.end()
  return (await deadline(answer, 'the answer')).bytes
}

const HEADERS: readonly (readonly [string, Buffer, string])[] = [
  ['version 1', headerV1('203.0.113.7'), '203.0.113.7'],
  ['version 1 with an IPv6 source', headerV1('2001:db8::7'), '2001:db8::7'],
  ['version 1 of an unknown source', Buffer.from('PROXY UNKNOWN\r\n'), '127.0.0.1'],
  ['version 2 with a TLV', headerV2('203.0.113.7'), '203.0.113.7'],
  ['version 2 LOCAL with a TLV', headerLocal(), '127.0.0.1'],
]

test('the announced address is the client of the log, and the header never reaches the upstream', async (t) => {
  const proxy = await startBehind(t)
  for (const [what, header, client] of HEADERS) {
    for (const [kind, opening] of Object.entries({ tls: HELLO, http: REQUEST })) {
      for (const size of [65_536, 1]) {
        await t.test(`${what}, before ${kind}, in segments of ${size}`, async (t) => {
          const skip = proxy.log.length
          assert.deepEqual(await exchange(t, proxy, Buffer.concat([header, opening]), size), opening)
          assert.deepEqual(pick(await logged(proxy, 'connection', skip), 'client', 'kind'), { client, kind })
        })
      }
    }
  }
})

test('a header in segments of one byte, the last with the hello in it, is read', async (t) => {
  const proxy = await startBehind(t)
  const header = headerV2('203.0.113.7')
  const client = await dial(t, proxy.endpoint)
  const answer = endingOf(client)
  await sendInPieces(client, header.subarray(0, -1))
  client.end(Buffer.concat([header.subarray(-1), HELLO]))
  assert.deepEqual((await deadline(answer, 'the answer')).bytes, HELLO)
  const line = await logged(proxy, 'connection')
  assert.deepEqual(pick(line, 'client', 'clientPort'), { client: '203.0.113.7', clientPort: 40_000 })
})

test('allow.clients is asked about the announced address, not about the load balancer', async (t) => {
  const proxy = await startBehind(t, { allow: { clients: ['203.0.113.0/24'] } })
  assert.deepEqual(await exchange(t, proxy, Buffer.concat([headerV1('203.0.113.9'), HELLO])), HELLO)
  assert.equal((await exchange(t, proxy, Buffer.concat([headerV1('198.51.100.9'), HELLO]))).length, 0)
  const line = await logged(proxy, 'refused')
  assert.deepEqual(pick(line, 'client', 'reason'), { client: '198.51.100.9', reason: 'client-not-allowed' })
})

test('the limit of one client counts by announced address', async (t) => {
  const { proxy } = await startCarried(t, (socket) => void socket.write('held'), {
    config: { listen, limits: { perClient: 1 } },
  })
  const first = await dial(t, proxy.endpoint)
  first.write(Buffer.concat([headerV1('203.0.113.1'), HELLO]))
  await deadline(readAtLeast(first, 4), 'the first is served')
  const another = await dial(t, proxy.endpoint)
  another.write(Buffer.concat([headerV2('203.0.113.2'), HELLO]))
  await deadline(readAtLeast(another, 4), 'another client is served')

  const second = await dial(t, proxy.endpoint)
  const goodbye = endingOf(second)
  second.write(Buffer.concat([headerV2('203.0.113.1'), HELLO]))
  assert.equal((await deadline(goodbye, 'the second of the first client is refused')).bytes.length, 0)
  const line = await logged(proxy, 'refused')
  assert.deepEqual(pick(line, 'client', 'reason'), { client: '203.0.113.1', reason: 'too-many-from-client' })

  first.resetAndDestroy()
  await logged(proxy, 'connection')
  const third = await dial(t, proxy.endpoint)
  third.write(Buffer.concat([headerV1('203.0.113.1'), HELLO]))
  await deadline(readAtLeast(third, 4), 'the place is free again')
})
