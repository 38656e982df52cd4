import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { z } from 'zod'
import { listenTcp } from '../upstream.ts'
import { configTo } from './carried.ts'
import { helloFor } from './hellos.ts'
import { type ReadyProxy, startProxy } from './proxy.ts'
import { reported } from './reported.ts'

const MODULE = new URL('report-collections.js', import.meta.url).href
/** Connections before anything is counted, while code is still compiled, and those that are. */
const FIRST = 2000
const COUNTED = 4000
const AT_ONCE = 16
/** So many that last are enough for V8 to take all others for lasting as well. */
const LASTING = 1500
/** Of what is allocated so much may survive: what is open just then, and what V8 learns. Where connections chain, it is a fifth. */
const MOST = 0.08

const Report = z.object({ allocated: z.number(), survived: z.number() })

// Not of the other engine: sockets of Node's own are kept for longer.
const skip = process.platform !== 'linux' && 'the splice engine is for Linux'

test(
  'what short connections leave behind does not survive a scavenge, whatever lasted before them',
  { skip },
  async (t) => {
    let lasting = true
    const upstream = await listenTcp(t, (socket) => {
      socket.once('data', () => (lasting ? socket.write('answer') : socket.end('answer')))
    })
    const config = { ...configTo(upstream), limits: { connections: 3000, perClient: 3000, peeking: 3000 } }
    const proxy = await startProxy(t, { config, args: ['--engine', 'splice'], nodeArgs: ['--import', MODULE] })
    await hold(proxy, LASTING)
    lasting = false
    await visit(proxy, FIRST)
    await reported(proxy, 1, Report)
    await visit(proxy, COUNTED)
    const { allocated, survived } = await reported(proxy, 2, Report)
    const [ofEach, left] = [allocated, survived].map((bytes) => Math.round(bytes / COUNTED))
    assert.ok(allocated > 1e7, `${ofEach} bytes were allocated for each connection`)
    assert.ok(survived < allocated * MOST, `of ${ofEach} bytes for each connection ${left} survived`)
  },
)

/** So many connections, open at once until the last has its answer. */
async function hold({ port }: ReadyProxy, count: number): Promise<void> {
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.write(helloFor())
      await once(socket, 'data')
      return socket
    }),
  )
  for (const socket of sockets) socket.destroy()
}

/** So many connections, a few at once, each for one answer. */
async function visit({ port }: ReadyProxy, count: number): Promise<void> {
  let left = count
  const visitor = async (): Promise<void> => {
    while (left-- > 0) {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.write(helloFor())
      socket.resume()
      await once(socket, 'close')
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, visitor))
}
