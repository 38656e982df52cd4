import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { listenTcp } from '../upstream.ts'
import { ask } from './ask.ts'
import { configTo } from './carried.ts'
import { helloFor } from './hellos.ts'
import type { LogLine } from './lines.ts'
import { logged } from './logged.ts'
import { descriptorsFallTo, descriptorsOf } from './process-state.ts'
import { startProxy } from './proxy.ts'
import { serve, SERVED } from './served.ts'
import { dial } from './wire.ts'

const CLIENTS = 2000
const DESCRIPTORS = 256

type Fate = 'relayed' | 'closed'

/** A client that names its host, and what becomes of it: the upstream's first byte, or the end of the connection. */
async function startClient(t: TestContext, proxy: { address: string; port: number }) {
  const socket = await dial(t, proxy)
  const fate = new Promise<Fate>((resolve) => {
    socket.once('data', () => resolve('relayed'))
    socket.once('end', () => resolve('closed'))
    socket.once('close', () => resolve('closed'))
  })
  socket.write(helloFor())
  return { socket, fate }
}

/** How many refusals the log counts, by reason: those with a line of their own and those summed up. */
function refusals(log: readonly LogLine[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { msg, reason, leftOut } of log) {
    if (msg === 'refused') counts[String(reason)] = (counts[String(reason)] ?? 0) + 1
    for (const [name, count] of Object.entries(leftOut ?? {})) counts[name] = (counts[name] ?? 0) + Number(count)
  }
  return counts
}

test('2000 clients do not bring a proxy with 256 descriptors down, and what is refused is counted', async (t) => {
  let answer = (socket: Socket): void => void socket.resume().write('.')
  const limits = { perClient: CLIENTS, peeking: CLIENTS }
  const upstream = await listenTcp(t, (socket) => answer(socket))
  const proxy = await startProxy(t, { config: { ...configTo(upstream), limits }, ulimit: DESCRIPTORS })
  const before = descriptorsOf(proxy.pid)
  const { connections } = await logged(proxy, 'ready')
  assert.ok(Number(connections) >= 100 && Number(connections) < DESCRIPTORS / 2, `${String(connections)} connections`)

  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => startClient(t, proxy.endpoint)))
  const fates = await deadline(Promise.all(clients.map(({ fate }) => fate)), 'every client knows its fate')
  const relayed = fates.filter((fate) => fate === 'relayed').length
  assert.ok(relayed > 0 && relayed <= Number(connections), `${relayed} relayed`)

  answer = serve
  for (const { socket } of clients) socket.resetAndDestroy()
  await descriptorsFallTo(proxy.pid, before)
  const { bytes, ms } = await ask(t, proxy.endpoint)
  assert.equal(bytes.toString(), SERVED)
  assert.ok(ms < 1000, `${ms} ms`)

  proxy.signal('SIGTERM')
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 0, signal: null })
  assert.equal(proxy.stderr(), '')
  // Where the limit is not yet known to be reached, the kernel may know it.
  const { 'too-many-connections': limited = 0, 'out-of-descriptors': turnedAway = 0, ...others } = refusals(proxy.log)
  assert.equal(limited + turnedAway, CLIENTS - relayed)
  assert.ok(limited > 0)
  assert.deepEqual(others, {})
})
