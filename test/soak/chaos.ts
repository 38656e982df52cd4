import { createHash, randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { deadline } from '../deadline.ts'
import { helloFor } from '../e2e/hellos.ts'
import { dial } from '../e2e/wire.ts'
import { createScope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'

const BLOCK = randomBytes(1024 * 1024)
/** For a whole exchange of at most a few megabytes, on a machine that does much else (ms). */
const PATIENCE = 120_000

export interface Chaos {
  exact: number
  cut: number
  bytes: number
}

/** So many clients at a time until `until` (ms of performance.now): exchanges of any size, byte-exact; resets, silence, slow readers. */
export async function runChaos(proxy: Endpoint, clients: number, until: number): Promise<Chaos> {
  const chaos: Chaos = { exact: 0, cut: 0, bytes: 0 }
  const one = async (): Promise<void> => {
    while (performance.now() < until) await exchange(proxy, chaos)
  }
  await Promise.all(Array.from({ length: clients }, one))
  return chaos
}

async function exchange(proxy: Endpoint, chaos: Chaos): Promise<void> {
  const scope = createScope()
  try {
    const client = await dial(scope, proxy)
    const fate = randomInt(20)
    if (fate === 0) await delay(randomInt(200))
    if (fate === 1) return
    const hello = helloFor()
    const pieces = Array.from({ length: randomInt(1, 20) }, () =>
      BLOCK.subarray(0, randomInt(1, randomInt(4) === 0 ? BLOCK.length : 2000)),
    )
    if (fate < 5) {
      for (const piece of [hello, ...pieces]) client.write(piece)
      await delay(randomInt(50))
      client.resetAndDestroy()
      chaos.cut += 1
      return
    }
    const sent = createHash('sha256').update(hello)
    for (const piece of pieces) sent.update(piece)
    const received = digestOf(client, fate < 7)
    for (const piece of [hello, ...pieces])
      if (!client.write(piece)) await deadline(once(client, 'drain'), 'room', PATIENCE)
    client.end()
    const { digest, bytes } = await deadline(received, 'the echo', PATIENCE)
    if (digest !== sent.digest('hex')) throw new Error(`other bytes came back than were sent, ${bytes} of them`)
    chaos.exact += 1
    chaos.bytes += bytes
  } finally {
    await scope.close()
  }
}

/** All that comes until the end; `slow` stands still now and then. */
async function digestOf(socket: Socket, slow: boolean): Promise<{ readonly digest: string; readonly bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    hash.update(chunk)
    bytes += chunk.length
    if (!slow) return
    socket.pause()
    setTimeout(() => socket.resume(), randomInt(20))
  })
  const [ended] = await Promise.race([
    once(socket, 'end').then(() => [true]),
    once(socket, 'close').then(() => [false]),
  ])
  if (ended !== true) throw new Error(`the connection was lost after ${bytes} bytes`)
  return { digest: hash.digest('hex'), bytes }
}
