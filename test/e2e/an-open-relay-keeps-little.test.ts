import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { deadline } from '../deadline.ts'
import { listenTcp } from '../upstream.ts'
import { configTo } from './carried.ts'
import { helloFor } from './hellos.ts'
import { startProxy } from './proxy.ts'
import { reported } from './reported.ts'
import { dial, readAtLeast } from './wire.ts'

const MODULE = new URL('report-heap.js', import.meta.url).href
const CONNECTIONS = 400
/** Bytes of the heap for each; with the opening and its bytes it would be 3000. */
const MOST = 2000

const Report = z.object({ used: z.number() })

// Not of the other engine: Node's sockets are several times that.
const skip = process.platform !== 'linux' && 'the splice engine is for Linux'

test('an open relay keeps little of what led to it', { skip }, async (t) => {
  const upstream = await listenTcp(t, (socket) => void socket.pipe(socket))
  const args = ['--engine', 'splice']
  const config = { ...configTo(upstream), limits: { perClient: 4 * CONNECTIONS } }
  const proxy = await startProxy(t, { config, args, nodeArgs: ['--import', MODULE] })
  const open = async (): Promise<void> => {
    const hello = helloFor()
    const client = await dial(t, proxy.endpoint)
    const answer = readAtLeast(client, hello.length)
    client.write(hello)
    await deadline(answer, 'the answer')
  }
  // What is made once, and code that is compiled as it runs, is there by then.
  for (let i = 0; i < CONNECTIONS; i++) await open()
  const { used: before } = await reported(proxy, 1, Report)
  for (let i = 0; i < CONNECTIONS; i++) await open()
  const { used } = await reported(proxy, 2, Report)
  const each = Math.round((used - before) / CONNECTIONS)
  assert.ok(each > 0 && each < MOST, `${each} bytes each`)
  t.diagnostic(`${each} bytes of the heap each`)
})
