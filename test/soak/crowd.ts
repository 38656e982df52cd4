import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { helloFor } from '../e2e/hellos.ts'
import { descriptorsFallTo, descriptorsOf } from '../e2e/process-state.ts'
import { dial, readAtLeast } from '../e2e/wire.ts'
import { deadline } from '../deadline.ts'
import { createScope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'

/** Connected at once, so that no backlog overflows. */
const AT_ONCE = 100

export interface Crowd {
  readonly connections: number
  /** What the proxy's memory (PSS) grew by, for each connection. */
  readonly bytesEach: number
}

/** Holds so many relayed connections, each of which has exchanged bytes and must exchange more; then lets all go. */
export async function holdCrowd(proxy: Endpoint & { readonly pid: number }, connections: number): Promise<Crowd> {
  const scope = createScope()
  const descriptors = descriptorsOf(proxy.pid)
  try {
    const memory = memoryOf(proxy.pid)
    const clients: Socket[] = []
    while (clients.length < connections) {
      const count = Math.min(AT_ONCE, connections - clients.length)
      const more = Array.from({ length: count }, () => connect(scope, proxy, clients.length))
      clients.push(...(await deadline(Promise.all(more), `${clients.length} connections and more`, 60_000)))
    }
    await delay(2000)
    const bytesEach = (memoryOf(proxy.pid) - memory) / connections
    for (let from = 0; from < connections; from += AT_ONCE) {
      const some = clients.slice(from, from + AT_ONCE)
      await deadline(
        Promise.all(some.map((client) => exchange(client, Buffer.from('still there?')))),
        'an answer',
        60_000,
      )
    }
    return { connections, bytesEach }
  } finally {
    await scope.close()
    await descriptorsFallTo(proxy.pid, descriptors, 60_000)
  }
}

/** Source addresses have 28,000 ports each towards one destination. */
async function connect(scope: ReturnType<typeof createScope>, proxy: Endpoint, index: number): Promise<Socket> {
  const client = await dial(scope, proxy, `127.0.0.${2 + Math.floor(index / 10_000)}`)
  await exchange(client, helloFor())
  return client
}

async function exchange(client: Socket, bytes: Buffer): Promise<void> {
  const answer = readAtLeast(client, bytes.length)
  client.write(bytes)
  if (!(await answer).equals(bytes)) throw new Error('other bytes came back than were sent')
}

function memoryOf(pid: number): number {
  const pss = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
  return Number(pss) * 1024
}
