import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask } from './ask.ts'
import { configTo } from './carried.ts'
import { logged } from './logged.ts'
import { closedPort } from './nobody.ts'
import { parseEndpoint, startProxy } from './proxy.ts'
import { reload } from './reload.ts'
import { serve, SERVED } from './served.ts'
import { listenTcp } from '../upstream.ts'
import { dial } from './wire.ts'

test('a listener that is added serves, one that is removed is closed, and one that stays is never closed', async (t) => {
  const base = configTo(await listenTcp(t, serve))
  const proxy = await startProxy(t, { config: { ...base, listen: ['127.0.0.1:0', '127.0.0.2:0'] } })
  const [stays, goes] = proxy.endpoints
  assert.ok(stays && goes)
  // Accepted before, by the listener that goes.
  const early = await dial(t, goes)

  const port = (await closedPort('127.0.0.3')).port
  const skip = proxy.log.length
  const { changed } = await reload(proxy, { ...base, listen: [`127.0.0.3:${port}`, '127.0.0.1:0'] })
  assert.deepEqual(changed, ['listen'])
  assert.deepEqual(parseEndpoint(String((await logged(proxy, 'listening', skip))['listener'])), {
    address: '127.0.0.3',
    port,
  })
  assert.equal((await logged(proxy, 'no longer listening', skip))['listener'], proxy.listeners[1])
  for (const endpoint of [stays, { address: '127.0.0.3', port }])
    assert.equal((await ask(t, endpoint)).bytes.toString(), SERVED)
  await assert.rejects(dial(t, goes), { code: 'ECONNREFUSED' })
  early.end('GET / HTTP/1.1\r\nHost: registry-vpc.cn-beijing.aliyuncs.com\r\n\r\n')
  assert.equal((await logged(proxy, 'connection', skip))['listener'] !== undefined, true)

  // A port that the system chose may be written down afterwards: still the same socket.
  const later = proxy.log.length
  await reload(proxy, { ...base, listen: `127.0.0.1:${stays.port}` })
  assert.equal(
    proxy.log.slice(later).some(({ msg }) => msg === 'listening'),
    false,
  )
  assert.equal((await ask(t, stays)).bytes.toString(), SERVED)
})
