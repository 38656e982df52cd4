import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { startCarried } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial } from './wire.ts'
import type { Ending } from '../ending.ts'

const IDLE = 500
const args = ['--idle-timeout', `${IDLE}ms`]

test('a connection silent both ways is reset on both sides at the idle timeout', async (t) => {
  const heard = deferred<Ending>()
  const { proxy } = await startCarried(t, (socket) => void endingOf(socket).then(heard.resolve), { args })
  const client = await dial(t, proxy.endpoint)
  const ending = endingOf(client)
  const started = performance.now()
  client.write(helloFor())

  assert.equal((await deadline(ending, 'the client is cut')).by, 'ECONNRESET')
  const took = performance.now() - started
  assert.ok(took >= IDLE - 50 && took < IDLE + 1000, `cut after ${took} ms`)
  assert.equal((await deadline(heard.promise, 'the upstream is cut')).by, 'ECONNRESET')
  const line = await logged(proxy, 'connection')
  assert.deepEqual(pick(line, 'endedBy', 'reason'), { endedBy: 'proxy', reason: 'idle-timeout' })
})

test('a side that has half-closed does not keep a silent connection', async (t) => {
  const { proxy } = await startCarried(t, (socket) => void socket.resume(), { args })
  const client = await dial(t, proxy.endpoint)
  const ending = endingOf(client)
  client.end(helloFor())
  assert.equal((await deadline(ending, 'the client is cut')).by, 'ECONNRESET')
  assert.equal((await logged(proxy, 'connection'))['reason'], 'idle-timeout')
})

for (const direction of ['up', 'down'] as const) {
  test(`traffic ${direction} alone keeps a connection past the idle timeout`, async (t) => {
    const moved = 8
    const { proxy, upstream } = await startCarried(t, (socket) => void socket.resume(), { args })
    const client = await dial(t, proxy.endpoint)
    const ending = endingOf(client)
    client.write(helloFor())
    let sent = 0
    const traffic = setInterval(() => {
      if (sent === moved) return clearInterval(traffic)
      sent += 1
      if (direction === 'up') client.write('.')
      else for (const socket of upstream.sockets) socket.write('.')
    }, IDLE / 4)
    t.after(() => clearInterval(traffic))

    // Twice the timeout of traffic, then the cut for silence.
    await deadline(ending, 'the client is cut in the end')
    const line = await logged(proxy, 'connection')
    assert.deepEqual(pick(line, 'reason', 'bytesUp', 'bytesDown'), {
      reason: 'idle-timeout',
      bytesUp: helloFor().length + (direction === 'up' ? moved : 0),
      bytesDown: direction === 'down' ? moved : 0,
    })
  })
}
