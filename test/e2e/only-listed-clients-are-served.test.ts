import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask } from './ask.ts'
import { startCarried } from './carried.ts'
import { logged, pick } from './logged.ts'
import { serve, SERVED } from './served.ts'

test('a client outside allow.clients is closed before a byte is read, and logged', async (t) => {
  const config = { allow: { clients: ['127.0.0.1', '127.8.0.0/16'] } }
  const { proxy, upstream } = await startCarried(t, serve, { config })
  for (const listed of ['127.0.0.1', '127.8.255.255'])
    assert.equal((await ask(t, proxy.endpoint, undefined, listed)).bytes.toString(), SERVED)

  const { by, bytes } = await ask(t, proxy.endpoint, '', '127.9.0.0')
  assert.deepEqual([by, bytes.length], ['end', 0])
  assert.deepEqual(pick(await logged(proxy, 'refused'), 'reason', 'client', 'why'), {
    reason: 'client-not-allowed',
    client: '127.9.0.0',
    why: '127.9.0.0 is not in allow.clients',
  })
  assert.equal(upstream.sockets.size, 0)
})
