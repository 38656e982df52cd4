import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { ask } from './ask.ts'
import { startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import type { ReadyProxy } from './proxy.ts'
import { serve, SERVED } from './served.ts'
import { endingOf } from '../ending.ts'
import { dial, readAtLeast } from './wire.ts'

/** A client from `from` whose connection is relayed. */
async function relayed(t: TestContext, proxy: ReadyProxy, from: string): Promise<Socket> {
  const client = await dial(t, proxy.endpoint, from)
  client.write(helloFor())
  await deadline(readAtLeast(client, 1), 'the relay runs')
  return client
}

/** Serves clients from `from` until one is not refused any more: what a limit holds is given back a moment after it ends. */
async function servedAgain(t: TestContext, proxy: ReadyProxy, from?: string): Promise<void> {
  const tryAgain = async () => {
    while ((await ask(t, proxy.endpoint, undefined, from)).bytes.toString() !== SERVED);
  }
  await deadline(tryAgain(), 'a client is served again', 4000)
}

test('one client at its limit is refused, another is served, and the first again once it has room', async (t) => {
  const config = { limits: { connections: 10, perClient: 2 } }
  let sayMore = (socket: Socket): void => void socket.resume().write('.')
  const { proxy } = await startCarried(t, (socket) => sayMore(socket), { config })
  const [first] = [await relayed(t, proxy, '127.0.0.11'), await relayed(t, proxy, '127.0.0.11')]
  sayMore = serve
  assert.equal((await ask(t, proxy.endpoint, '', '127.0.0.11')).bytes.length, 0)
  assert.deepEqual(pick(await logged(proxy, 'refused'), 'reason', 'client'), {
    reason: 'too-many-from-client',
    client: '127.0.0.11',
  })
  assert.equal((await ask(t, proxy.endpoint, undefined, '127.0.0.12')).bytes.toString(), SERVED)
  first.resetAndDestroy()
  await servedAgain(t, proxy, '127.0.0.11')
})

test('silent connections keep those that name a host out only until they are cut', async (t) => {
  const config = { limits: { connections: 10, perClient: 10, peeking: 3 }, timeouts: { peek: '1s' } }
  const { proxy } = await startCarried(t, serve, { config })
  const silent = await Promise.all([1, 2, 3].map(() => dial(t, proxy.endpoint)))
  const cut = Promise.all(silent.map(endingOf))
  assert.equal((await ask(t, proxy.endpoint)).bytes.length, 0)
  assert.equal((await logged(proxy, 'refused'))['reason'], 'too-many-peeking')
  await deadline(cut, 'the silent ones are cut', 3000)
  await servedAgain(t, proxy)
  const reasons = proxy.log.filter(({ msg }) => msg === 'refused').map((line) => line['reason'])
  assert.equal(reasons.filter((reason) => reason === 'peek-timeout').length, 3)
})

test('connections that have named their host do not count as silent', async (t) => {
  const config = { limits: { connections: 10, perClient: 10, peeking: 1 } }
  const { proxy } = await startCarried(t, (socket) => void socket.resume().write('.'), { config })
  for (let i = 0; i < 5; i++) await relayed(t, proxy, '127.0.0.1')
  assert.equal(proxy.log.filter(({ msg }) => msg === 'refused').length, 0)
})
