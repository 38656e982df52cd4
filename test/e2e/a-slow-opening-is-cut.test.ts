import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'

const DECODE_ALERT = Buffer.from([0x15, 3, 3, 0, 2, 2, 50])
const PEEK_MS = 800

/** How long from connecting to the end, how it ended and what the log says when `text` comes a byte every 100 ms. */
async function openSlowly(t: TestContext, text: Buffer) {
  const { proxy } = await startCarried(t, (socket) => void socket.end('reached'), {
    args: ['--peek-timeout', `${PEEK_MS}ms`],
  })
  const started = performance.now()
  const client = await dial(t, proxy.endpoint)
  let at = 0
  const dribble = setInterval(() => {
    if (at < text.length && client.writable) client.write(text.subarray(at, ++at))
  }, 100)
  t.after(() => clearInterval(dribble))
  const ending = await deadline(endingOf(client), 'the proxy cuts', PEEK_MS + 2000)
  const took = performance.now() - started
  return { ...ending, took, line: await logged(proxy, 'refused') }
}

test('a hello of a byte every 100 ms is cut at the peek timeout, with an alert', async (t) => {
  const { by, bytes, took, line } = await openSlowly(t, helloFor())
  assert.equal(by, 'end')
  assert.deepEqual(bytes, DECODE_ALERT)
  assert.ok(took >= PEEK_MS - 50 && took < PEEK_MS + 1000, `cut after ${took} ms`)
  assert.equal(line['reason'], 'peek-timeout')
  assert.match(String(line['why']), /^[1-9] bytes in 800 ms name no host$/)
})

test('a request head of a byte every 100 ms is cut with 408', async (t) => {
  const { by, bytes, line } = await openSlowly(t, Buffer.from('GET /v2/ HTTP/1.1\r\nHost: a\r\n\r\n'))
  assert.equal(by, 'end')
  assert.match(bytes.toString(), /^HTTP\/1\.1 408 [^]*acr-proxy: peek-timeout: /)
  assert.equal(line['reason'], 'peek-timeout')
})

test('a silent client is cut at the peek timeout, without a word', async (t) => {
  const { by, bytes, took, line } = await openSlowly(t, Buffer.alloc(0))
  assert.equal(by, 'end')
  assert.equal(bytes.length, 0)
  assert.ok(took >= PEEK_MS - 50 && took < PEEK_MS + 1000, `cut after ${took} ms`)
  assert.deepEqual(pick(line, 'reason', 'why'), { reason: 'peek-timeout', why: 'nothing was sent for 800 ms' })
})
