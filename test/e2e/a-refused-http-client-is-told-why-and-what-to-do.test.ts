import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { logged } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const OTHER = 'www.example.com'
const DEAD = 'registry.cn-beijing.aliyuncs.com'
/** No address of VPC kind is asked for it: the name is fixed to one that refuses. */
const CONFIG = { hosts: { [DEAD]: '127.0.0.1:1', [REGISTRY]: '127.0.0.1:1' } }

const head = (...lines: readonly string[]): string => [...lines, '', ''].join('\r\n')

const REFUSED: readonly (readonly [string, string, number, string])[] = [
  ['a name that is not carried', head('GET / HTTP/1.1', `Host: ${OTHER}`), 403, 'name-not-allowed'],
  [
    'a forwarded name that is not carried',
    head(`GET http://${OTHER}/ HTTP/1.1`, `Host: ${OTHER}`, 'Connection: close'),
    403,
    'name-not-allowed',
  ],
  [
    'a tunnel to a name that is not carried',
    head(`CONNECT ${OTHER}:443 HTTP/1.1`, `Host: ${OTHER}`),
    403,
    'name-not-allowed',
  ],
  ['a tunnel to another port', head(`CONNECT ${REGISTRY}:22 HTTP/1.1`, `Host: ${REGISTRY}`), 403, 'port-not-allowed'],
  ['no name', head('GET / HTTP/1.0'), 400, 'no-name'],
  ['an address', head('GET / HTTP/1.1', 'Host: 127.0.0.1'), 400, 'bad-name'],
  ['an underscore', head('GET / HTTP/1.1', 'Host: a_b.example'), 400, 'bad-name'],
  ['two Host fields', head('GET / HTTP/1.1', `Host: ${REGISTRY}`, `Host: ${OTHER}`), 400, 'malformed-request'],
  ['a NUL in the head', head('GET / HTTP/1.1', `Host: ${REGISTRY}\0`), 400, 'malformed-request'],
  ['a head of 16 KiB', `GET / HTTP/1.1\r\nX: ${'x'.repeat(16_384)}`, 431, 'request-too-large'],
  ['an upstream that refuses', head('GET / HTTP/1.1', `Host: ${DEAD}`), 502, 'connect-failed'],
  [
    'a tunnel to an upstream that refuses',
    head(`CONNECT ${DEAD}:443 HTTP/1.1`, `Host: ${DEAD}`),
    502,
    'connect-failed',
  ],
  [
    'a forwarded request to an upstream that refuses',
    head(`GET http://${DEAD}/ HTTP/1.1`, `Host: ${DEAD}`, 'Connection: close'),
    502,
    'connect-failed',
  ],
]

test('a refused HTTP client is told by status, reason and hint', async (t) => {
  const { proxy } = await startCarried(t, () => {}, { config: CONFIG })
  for (const [what, request, status, reason] of REFUSED) {
    await t.test(what, async (t) => {
      const skip = proxy.log.length
      const client = await dial(t, proxy.endpoint)
      const goodbye = endingOf(client)
      client.write(request, 'latin1')

      const { by, bytes } = await deadline(goodbye, 'the answer')
      assert.equal(by, 'end')
      const [top = '', text = ''] = bytes.toString().split('\r\n\r\n')
      assert.ok(top.startsWith(`HTTP/1.1 ${status} `), top)
      assert.ok(/^connection: close$/im.test(top), top)
      assert.equal(Number(/^content-length: (\d+)$/im.exec(top)?.[1]), Buffer.byteLength(text))
      assert.ok(text.startsWith(`acr-proxy: ${reason}: `), text)
      assert.match(text, /\nhint: [a-z].+\n$/)
      assert.equal((await logged(proxy, 'refused', skip))['reason'], reason)
    })
  }
})
