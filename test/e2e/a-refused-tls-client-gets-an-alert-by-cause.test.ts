import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { buildHello, extension, frame, handshake, record, serverNames } from '../hello.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { alert, DECODE_ERROR, INTERNAL_ERROR, UNRECOGNIZED_NAME } from './goodbyes.ts'
import { helloFor, namelessHello } from './hellos.ts'
import { logged } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const TWO_NAMES = buildHello({ extensions: [extension(0, serverNames([REGISTRY, 'other.example']))] })

const REFUSED: readonly (readonly [string, Buffer, number, string, RegExp])[] = [
  ['no name', namelessHello(), UNRECOGNIZED_NAME, 'no-name', /named no host/],
  [
    'a name of another region',
    helloFor('registry-vpc.cn-hangzhou.aliyuncs.com'),
    UNRECOGNIZED_NAME,
    'name-not-allowed',
    /cn-hangzhou/,
  ],
  ['a name of nobody', helloFor('www.example.com'), UNRECOGNIZED_NAME, 'name-not-allowed', /www\.example\.com/],
  ['an IPv4 address', helloFor('100.103.9.188'), UNRECOGNIZED_NAME, 'bad-name', /IP address/],
  ['an IPv6 address', helloFor('[::1]'), UNRECOGNIZED_NAME, 'bad-name', /IP address/],
  ['a name with a NUL behind it', helloFor(`${REGISTRY}\0.evil.example`), UNRECOGNIZED_NAME, 'bad-name', /\\x00/],
  ['a name with a line feed', helloFor(`${REGISTRY}\n{"msg":"connection"}`), UNRECOGNIZED_NAME, 'bad-name', /\\x0a/],
  ['two names', frame(TWO_NAMES), DECODE_ERROR, 'malformed-hello', /more than one name/],
  ['a record of alerts', record(Buffer.from([2, 40]), 0x0301, 21), DECODE_ERROR, 'not-recognised', /neither/],
  ['a finished message', frame(handshake(Buffer.alloc(40), 20)), DECODE_ERROR, 'malformed-hello', /type 20/],
  [
    'a record that ends in mid-hello',
    Buffer.concat([helloFor().subarray(0, 60)]),
    DECODE_ERROR,
    'malformed-hello',
    /60 bytes/,
  ],
]

test('a refused TLS client gets the alert of its fault, and the log the reason', async (t) => {
  const { proxy } = await startCarried(t, (socket) => void socket.end('reached'))
  for (const [what, hello, description, reason, why] of REFUSED) {
    await t.test(what, async (t) => {
      const skip = proxy.log.length
      const client = await dial(t, proxy.endpoint)
      const goodbye = endingOf(client)
      client.write(hello)
      if (what.includes('ends')) client.end()

      const bytes = reason === 'not-recognised' ? Buffer.alloc(0) : alert(description)
      assert.deepEqual(await deadline(goodbye, 'the goodbye'), { by: 'end', bytes })
      const line = await logged(proxy, 'refused', skip)
      assert.equal(line['reason'], reason)
      assert.match(String(line['why']), why)
      assert.doesNotMatch(line.raw, /[^\x20-\x7e]/)
    })
  }
})

test('an upstream that cannot be reached is alert 80', async (t) => {
  const { proxy, upstream } = await startCarried(t, () => {}, {
    config: { hosts: { [REGISTRY]: '127.0.0.1:1' } },
  })
  assert.ok(upstream.port > 0)
  const client = await dial(t, proxy.endpoint)
  client.write(helloFor())
  assert.deepEqual(await deadline(endingOf(client), 'the goodbye'), { by: 'end', bytes: alert(INTERNAL_ERROR) })
  const line = await logged(proxy, 'refused')
  assert.equal(line['reason'], 'connect-failed')
  assert.match(String(line['why']), /127\.0\.0\.1:1 ECONNREFUSED/)
})
