import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { SocketClient } from '../../../src/proxy/client.ts'
import { sayGoodbye } from '../../../src/proxy/goodbye.ts'
import { goodbye, Refusal } from '../../../src/proxy/reject.ts'
import { deadline } from '../../deadline.ts'
import { socketPair } from './socket-pair.ts'

/** What comes until the other side ends; rejects when it resets. */
async function heardBy(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'end')
  return Buffer.concat(chunks)
}

test('the goodbye arrives and then an orderly end, although the client has sent more than was read', async (t) => {
  const { near, far } = await socketPair(t)
  // As the peek leaves it.
  near.pause()
  far.write(Buffer.alloc(300_000))
  const refusal = new Refusal('name-not-allowed', 'example.com', 'http')
  const done = sayGoodbye(new SocketClient(near), refusal)
  assert.deepEqual(await deadline(heardBy(far), 'the goodbye'), goodbye(refusal))
  far.end(Buffer.alloc(300_000))
  // Well before the client would be cut.
  await deadline(done, 'the end', 1500)
})

test('a client whose language is not known gets an orderly end without a word', async (t) => {
  const { near, far } = await socketPair(t)
  const done = sayGoodbye(new SocketClient(near), new Refusal('not-recognised', 'garbage'))
  assert.equal((await deadline(heardBy(far), 'the end')).length, 0)
  far.end()
  await deadline(done, 'both ends')
})

test('a client that does not leave is cut after a while', async (t) => {
  const { near, far } = await socketPair(t)
  const started = performance.now()
  const done = sayGoodbye(new SocketClient(near), new Refusal('no-name', 'none', 'tls'))
  await deadline(heardBy(far), 'the goodbye')
  await deadline(done, 'the cut', 4000)
  assert.ok(performance.now() - started > 1500)
  assert.ok(near.destroyed)
})

test('one too many is rid of at once', async (t) => {
  for (const reason of ['too-many-connections', 'client-not-allowed', 'out-of-descriptors'] as const) {
    const { near } = await socketPair(t)
    const done = sayGoodbye(new SocketClient(near), new Refusal(reason, 'w'))
    assert.ok(near.destroyed, reason)
    await deadline(done, reason)
  }
})

test('a client that is gone already needs no goodbye', async (t) => {
  const { near } = await socketPair(t)
  near.destroy()
  await deadline(sayGoodbye(new SocketClient(near), new Refusal('no-name', 'none', 'tls')), 'nothing to do')
})
