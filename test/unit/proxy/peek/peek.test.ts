import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { peek } from '../../../../src/proxy/peek/peek.ts'
import type { PeekOptions } from '../../../../src/proxy/peek/peek.ts'
import { Refusal } from '../../../../src/proxy/reject.ts'
import { deadline } from '../../../deadline.ts'
import { buildHello, frame } from '../../../hello.ts'
import { socketPair } from '../socket-pair.ts'

const HELLO = frame(buildHello({ serverName: 'a.example', alpn: ['h2'], versions: [0x0304] }))

async function startPeek(t: TestContext, options: Partial<PeekOptions> = {}) {
  const { near, far } = await socketPair(t)
  const opening = peek(near, { limitMs: 5000, onProxyHeader: undefined, ...options })
  return { near, far, opening }
}

const refusing = (reason: string, language: string) => (error: unknown) =>
  error instanceof Refusal && error.reason === reason && error.language === language

/** Writes a byte at a time, each in a segment of its own. */
async function drip(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
}

test('every byte read is in the head, those behind the hello too, and nothing listens any more', async (t) => {
  const { near, far, opening } = await startPeek(t)
  far.write(Buffer.concat([HELLO, Buffer.from('early data')]))
  const seen = await deadline(opening, 'the opening')
  assert.ok(seen !== undefined)
  const { head, ...rest } = seen
  assert.deepEqual(head, Buffer.concat([HELLO, Buffer.from('early data')]))
  assert.deepEqual(rest, {
    kind: 'tls',
    host: 'a.example',
    port: 443,
    alpn: ['h2'],
    version: 'TLS 1.3',
    ech: false,
  })
  assert.ok(near.isPaused())
  assert.deepEqual([near.listenerCount('data'), near.listenerCount('end')], [0, 1], 'Node has one for the end itself')
  far.write('more')
  near.resume()
  const [more]: Buffer[] = await deadline(once(near, 'data'), 'what comes later')
  assert.equal(String(more), 'more')
})

test('an opening in pieces of one byte is the same opening', async (t) => {
  for (const [bytes, kind] of [
    [HELLO, 'tls'],
    [Buffer.from('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'), 'http'],
    [Buffer.from('GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n'), 'forward'],
  ] as const) {
    const { far, opening } = await startPeek(t)
    await drip(far, bytes)
    const seen = await deadline(opening, kind)
    assert.deepEqual([seen?.kind, seen?.host, seen?.head], [kind, 'a.example', bytes])
  }
})

test('a CONNECT keeps only what follows its head, and its own port', async (t) => {
  const { far, opening } = await startPeek(t)
  far.write('CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\nearly')
  const seen = await deadline(opening, 'the opening')
  assert.deepEqual([seen?.kind, seen?.port, String(seen?.head)], ['connect', 443, 'early'])
})

test('plain HTTP goes to port 80, whatever port the client reached the proxy at', async (t) => {
  const { far, opening } = await startPeek(t)
  far.write('GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n')
  assert.equal((await deadline(opening, 'the opening'))?.port, 80)
})

test('a client that leaves without a word is no refusal', async (t) => {
  for (const leave of [(far: Socket) => far.end(), (far: Socket) => far.resetAndDestroy()]) {
    const { near, far, opening } = await startPeek(t)
    near.on('error', () => {})
    leave(far)
    assert.equal(await deadline(opening, 'the end'), undefined)
  }
})

test('a client that ends in the middle of its opening is refused in its language', async (t) => {
  const hello = await startPeek(t)
  hello.far.end(HELLO.subarray(0, 20))
  await assert.rejects(deadline(hello.opening, 'the hello'), refusing('malformed-hello', 'tls'))
  const request = await startPeek(t)
  request.far.end('GET / HT')
  await assert.rejects(deadline(request.opening, 'the request'), refusing('malformed-request', 'http'))
})

test('the deadline is for the whole opening, however steadily its bytes come', async (t) => {
  const { far, opening } = await startPeek(t, { limitMs: 300 })
  const refused = assert.rejects(deadline(opening, 'the deadline'), refusing('peek-timeout', 'tls'))
  const steady = setInterval(() => far.write(HELLO.subarray(0, 1)), 20)
  t.after(() => clearInterval(steady))
  far.write(HELLO.subarray(0, 9))
  await refused
})

test('what is neither TLS nor HTTP, or is without end, is refused', async (t) => {
  const endless = Buffer.from(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`)
  for (const [bytes, reason, language] of [
    [Buffer.from('SSH-2.0-OpenSSH\r\n'), 'not-recognised', 'unknown'],
    [Buffer.from('160301ffff', 'hex'), 'malformed-hello', 'tls'],
    [endless, 'request-too-large', 'http'],
  ] as const) {
    const { far, opening } = await startPeek(t)
    far.write(bytes)
    await assert.rejects(deadline(opening, reason), refusing(reason, language))
  }
})

test('a PROXY header is told first and is no part of the head; one that is missing is refused', async (t) => {
  const told: unknown[] = []
  const { far, opening } = await startPeek(t, { onProxyHeader: (source) => told.push(source) })
  await drip(far, Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 1234 443\r\n'))
  far.write(HELLO)
  assert.deepEqual((await deadline(opening, 'the opening'))?.head, HELLO)
  assert.deepEqual(told, [{ address: '192.0.2.1', port: 1234 }])

  const without = await startPeek(t, { onProxyHeader: () => {} })
  without.far.write(HELLO)
  await assert.rejects(deadline(without.opening, 'no header'), refusing('bad-proxy-header', 'unknown'))
})

test('who refuses the announced client refuses the connection', async (t) => {
  const { far, opening } = await startPeek(t, {
    onProxyHeader: () => {
      throw new Refusal('client-not-allowed', 'w')
    },
  })
  far.write('PROXY TCP4 192.0.2.1 192.0.2.2 1234 443\r\n')
  await assert.rejects(deadline(opening, 'the refusal'), refusing('client-not-allowed', 'unknown'))
})
