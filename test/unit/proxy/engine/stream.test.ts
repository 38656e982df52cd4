import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test, type TestContext } from 'node:test'
import { createStreamEngine } from '../../../../src/proxy/engine/stream.ts'
import { deadline } from '../../../deadline.ts'
import { endingOf } from '../../../ending.ts'
import { couple, endOf, type Pair } from './couple.ts'

const engine = createStreamEngine()

/** The engine's own socket towards the upstream. */
function farOf({ far }: Pair): net.Socket {
  const socket: unknown = Reflect.get(far, 'socket')
  if (!(socket instanceof net.Socket)) throw new Error('this engine has a socket')
  return socket
}

/** A relay in which 32 MB, more than the kernel takes, and then an end wait for a reader that stands still. */
async function coupleStuck(t: TestContext, direction: 'up' | 'down'): Promise<Pair & { readonly reader: net.Socket }> {
  const much = 'x'.repeat(32 * 1024 * 1024)
  const pair = await couple(t, engine, direction === 'up' ? { head: much } : { greeting: much })
  const [closer, reader] = direction === 'up' ? [pair.client, pair.upstream] : [pair.upstream, pair.client]
  reader.pause()
  const passed = once(direction === 'up' ? pair.near : farOf(pair), 'end')
  closer.end()
  await deadline(passed, 'the end is read')
  return { ...pair, reader }
}

test('an end that comes while data waits is passed on behind the data, either way', async (t) => {
  for (const direction of ['up', 'down'] as const) {
    const { reader, relay } = await coupleStuck(t, direction)
    let received = 0
    reader.on('data', (chunk) => (received += chunk.length)).resume()
    await deadline(once(reader, 'end'), `${direction}: the end`)
    assert.equal(received, 32 * 1024 * 1024)
    reader.end()
    await deadline(endOf(relay), `${direction}: over`)
  }
})

test('a cut while an end waits behind data closes both sides, by reset, and is told as a cut', async (t) => {
  for (const direction of ['up', 'down'] as const) {
    const { reader, relay } = await coupleStuck(t, direction)
    relay.abort('idle-timeout')
    assert.deepEqual(await deadline(endOf(relay), `${direction}: over`), { endedBy: 'proxy', reason: 'idle-timeout' })
    assert.equal((await deadline(endingOf(reader.resume()), `${direction}: the reset`)).by, 'ECONNRESET')
  }
})

test('a cut at the very moment of an end closes both sides, either way', async (t) => {
  for (const direction of ['up', 'down'] as const) {
    const pair = await couple(t, engine)
    const { client, upstream, near, relay } = pair
    client.resume()
    upstream.resume()
    const [source, closer] = direction === 'up' ? [near, client] : [farOf(pair), upstream]
    source.once('end', () => relay.abort('stopped'))
    closer.end()
    assert.deepEqual(await deadline(endOf(relay), `${direction}: over`), { endedBy: 'proxy', reason: 'stopped' })
  }
})
