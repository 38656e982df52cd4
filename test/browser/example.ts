import { setTimeout as delay } from 'node:timers/promises'
import { dial } from '../e2e/wire.ts'
import type { Scope } from '../scope.ts'
import type { Site } from './site.ts'

const MB = 1_000_000

/** Clients that push and pull again and again, each by a line of its own speed (bytes a second). */
const WORKERS = [
  { client: '198.51.100.17', rate: 12 * MB, size: 60 * MB, pauseMs: 20_000 },
  { client: '198.51.100.23', rate: 4 * MB, size: 48 * MB, pauseMs: 4_000 },
  { client: '198.51.100.41', rate: 1.5 * MB, size: 20 * MB, pauseMs: 9_000 },
  { client: '203.0.113.80', rate: 0.6 * MB, size: 6 * MB, pauseMs: 2_000 },
]

/** Names that are asked for now and then, and refused. */
const STRANGE = [
  'registry-vpc.cn-shanghai.aliyuncs.com',
  'my-layers.oss-cn-beijing-internal.aliyuncs.com',
  'hub.example.com',
  'registry-vpc.cn-bejing.aliyuncs.com',
]

/** Traffic as an operator might see it, until the scope ends; `spent` settles when all of it has ended. */
export function exampleTraffic(t: Scope, site: Site): { readonly spent: Promise<unknown> } {
  const stop = new AbortController()
  t.after(() => stop.abort())
  const again = async (work: () => Promise<void>, pauseMs: number): Promise<void> => {
    while (!stop.signal.aborted) {
      // What is cut when the example ends is of no interest.
      await work().catch(() => {})
      await delay(pauseMs, undefined, { signal: stop.signal }).catch(() => {})
    }
  }
  const work = WORKERS.map(async ({ client, rate, size, pauseMs }) => {
    await site.entrance(client, rate)
    await again(() => site.transfer(client, size), pauseMs)
  })
  let turn = 0
  const refuse = again(() => {
    turn += 1
    return site.refuse(`203.0.113.${90 + (turn % 3)}`, STRANGE[turn % STRANGE.length] ?? '')
  }, 11_000)
  const scan = again(async () => {
    const socket = await dial(t, await site.entrance('192.0.2.66'))
    socket.end('SSH-2.0-scanner\r\n')
  }, 45_000)
  return { spent: Promise.all([...work, refuse, scan]) }
}
