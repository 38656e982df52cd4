import { once } from 'node:events'
import { test } from 'node:test'
import { SocketClient } from '../../../src/proxy/client.ts'
import { deadline } from '../../deadline.ts'
import { socketPair } from './socket-pair.ts'

test('a client that is reset while its goodbye is on its way is closed', async (t) => {
  const { near } = await socketPair(t)
  const client = new SocketClient(near)
  near.end('goodbye')
  client.reset()
  await deadline(once(near, 'close'), 'it is closed')
})

test('a client that is reset behind a goodbye that it does not read is closed', async (t) => {
  const { near, far } = await socketPair(t)
  const client = new SocketClient(near)
  far.pause()
  near.end(Buffer.alloc(64 * 1024 * 1024))
  client.reset()
  await deadline(once(near, 'close'), 'it is closed')
})
