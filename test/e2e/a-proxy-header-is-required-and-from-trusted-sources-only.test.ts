import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { headerV1, headerV2 } from './proxy-headers.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const listen = [{ address: '127.0.0.1:0', proxyProtocol: true, trusted: ['127.0.0.2/32'] }]
const HEADER = headerV1('203.0.113.7')

const BAD: Readonly<Record<string, Buffer>> = {
  'a hello without a header': helloFor(),
  'a request without a header': Buffer.from(`GET / HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`),
  'a header with a bad address': Buffer.from('PROXY TCP4 1.2.3.4.5 127.0.0.1 1 2\r\n'),
  'an endless header': Buffer.from(`PROXY UNKNOWN ${'x'.repeat(200)}`),
  'a header that is cut short': HEADER.subarray(0, 20),
}

test('a connection of a trusted source without a good header is refused by a plain close', async (t) => {
  const { proxy } = await startCarried(t, (socket) => void socket.end('reached'), { config: { listen } })
  for (const [what, bytes] of Object.entries(BAD)) {
    await t.test(what, async (t) => {
      const skip = proxy.log.length
      const client = await dial(t, proxy.endpoint, '127.0.0.2')
      const goodbye = endingOf(client)
      client.end(bytes)
      assert.deepEqual(await deadline(goodbye, 'the close'), { by: 'end', bytes: Buffer.alloc(0) })
      const line = await logged(proxy, 'refused', skip)
      assert.deepEqual(pick(line, 'client', 'reason'), { client: '127.0.0.2', reason: 'bad-proxy-header' })
    })
  }
})

test('a header from any other source is not believed, and its connection is refused', async (t) => {
  const { proxy } = await startCarried(t, (socket) => void socket.end('reached'), { config: { listen } })
  for (const header of [HEADER, headerV2('203.0.113.7'), Buffer.alloc(0)]) {
    const skip = proxy.log.length
    const client = await dial(t, proxy.endpoint, '127.0.0.3')
    const goodbye = endingOf(client)
    client.end(Buffer.concat([header, helloFor()]))
    const { bytes } = await deadline(goodbye, 'the close')
    assert.equal(bytes.length, 0)
    const line = await logged(proxy, 'refused', skip)
    assert.deepEqual(pick(line, 'client', 'reason'), { client: '127.0.0.3', reason: 'untrusted-proxy-source' })
  }
})

test('a header chosen by a client on a plain listener is no header', async (t) => {
  const { proxy } = await startCarried(t, (socket) => void socket.end('reached'))
  const client = await dial(t, proxy.endpoint)
  client.write(Buffer.concat([HEADER, helloFor()]))
  const { bytes } = await deadline(endingOf(client), 'the close')
  assert.doesNotMatch(bytes.toString(), /reached/)
  assert.equal((await logged(proxy, 'refused'))['client'], '127.0.0.1')
})
