import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { buildHello, frame } from '../hello.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { capturedHellos, helloFor } from './hellos.ts'
import { logged } from './logged.ts'
import { endingOf } from '../ending.ts'
import { dial, sendInPieces } from './wire.ts'
import type { Ending } from '../ending.ts'

const BEHIND = Buffer.from('what follows the hello')
const BIG = buildHello({ serverName: REGISTRY, size: 20_000 })
const LARGEST = buildHello({ serverName: REGISTRY, size: 65_536 })

const OPENINGS: readonly (readonly [string, Buffer, number])[] = [
  ['in records of 1 byte', frame(buildHello({ serverName: REGISTRY }), [1]), 65_536],
  ['in segments of 1 byte', helloFor(), 1],
  ['in records and segments of 1 byte', frame(buildHello({ serverName: REGISTRY }), [1]), 1],
  ['of 20 kB in two records', frame(BIG), 65_536],
  ['of 20 kB in segments of 1000 bytes', frame(BIG), 1000],
  ['of the largest size in records of 1 byte', frame(LARGEST, [1]), 65_536],
  ...Array.from(capturedHellos(), ([client, bytes]) => [`of ${client}`, bytes, 65_536] as const),
  ...Array.from(capturedHellos(), ([client, bytes]) => [`of ${client} in segments of 7 bytes`, bytes, 7] as const),
]

test('a hello passes unchanged and once, however it is cut', async (t) => {
  let arrived = deferred<Ending>()
  const { proxy } = await startCarried(t, (socket) => {
    void endingOf(socket).then((ending) => {
      socket.end(String(ending.bytes.length))
      arrived.resolve(ending)
    })
  })
  for (const [how, opening, size] of OPENINGS) {
    await t.test(`a hello ${how}`, async (t) => {
      arrived = deferred()
      const skip = proxy.log.length
      const client = await dial(t, proxy.endpoint)
      const answer = endingOf(client)
      await deadline(sendInPieces(client, opening, size), 'the hello is sent')
      client.end(BEHIND)

      const sent = Buffer.concat([opening, BEHIND])
      const { by, bytes } = await deadline(arrived.promise, 'the upstream has it')
      assert.equal(by, 'end')
      assert.ok(bytes.equals(sent), `${bytes.length} bytes arrive of ${sent.length}`)
      assert.equal((await deadline(answer, 'the answer')).bytes.toString(), String(sent.length))
      const line = await logged(proxy, 'connection', skip)
      assert.deepEqual([line['host'], line['bytesUp']], [REGISTRY, sent.length])
    })
  }
})

test('a hello one byte larger than is taken is refused by name', async (t) => {
  const { proxy } = await startCarried(t, () => {})
  const client = await dial(t, proxy.endpoint)
  client.write(frame(buildHello({ serverName: REGISTRY, size: 65_537 })))
  assert.equal((await deadline(endingOf(client), 'the goodbye')).by, 'end')
  assert.equal((await logged(proxy, 'refused'))['reason'], 'hello-too-large')
})
