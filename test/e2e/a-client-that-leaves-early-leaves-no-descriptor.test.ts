import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { REGISTRY, startCarried } from './carried.ts'
import { startDeaf } from './deaf-upstream.ts'
import { helloFor } from './hellos.ts'
import { descriptorsFallTo, descriptorsOf } from './process-state.ts'
import { startProxy } from './proxy.ts'
import type { ReadyProxy } from './proxy.ts'
import { dial } from './wire.ts'

const CLIENTS = 200
const OPENINGS: Readonly<Record<string, () => Buffer>> = {
  tls: () => helloFor(),
  connect: () => Buffer.from(`CONNECT ${REGISTRY}:443 HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`),
  forward: () => Buffer.from(`GET http://${REGISTRY}/ HTTP/1.1\r\nHost: ${REGISTRY}\r\n\r\n`),
}

/** Connects many clients that send `opening`; each is one descriptor of the proxy, and one more once it is dialling. */
async function crowd(t: TestContext, proxy: ReadyProxy, opening: () => Buffer): Promise<readonly Socket[]> {
  return Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const client = await dial(t, proxy.endpoint)
      await new Promise((resolve) => client.write(opening(), resolve))
      return client
    }),
  )
}

/** Waits until the proxy holds `count` descriptors or more. */
async function descriptorsRiseTo(proxy: ReadyProxy, count: number): Promise<void> {
  const limit = performance.now() + 20_000
  while (descriptorsOf(proxy.pid) < count) {
    if (performance.now() > limit) throw new Error(`${descriptorsOf(proxy.pid)} descriptors, not ${count}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

for (const [kind, opening] of Object.entries(OPENINGS)) {
  test(`200 ${kind} clients that reset while their upstream is dialled`, async (t) => {
    const deaf = await startDeaf(t)
    const proxy = await startProxy(t, {
      config: {
        region: 'cn-beijing',
        hosts: { [REGISTRY]: `${deaf.address}:${deaf.port}` },
        timeouts: { connect: '60s', dial: '60s' },
      },
    })
    const before = descriptorsOf(proxy.pid)
    const clients = await crowd(t, proxy, opening)
    await descriptorsRiseTo(proxy, before + 2 * CLIENTS)
    for (const client of clients) client.resetAndDestroy()
    await descriptorsFallTo(proxy.pid, before)
    await proxy.waitFor(({ reason }) => reason === 'left-early', 'the log tells who left')
  })
}

test('200 clients that leave an upstream that never answers', async (t) => {
  let connected = 0
  const all = deferred<void>()
  const { proxy, upstream } = await startCarried(t, (socket) => {
    // An orderly service: it closes when its client has, and says nothing.
    socket.resume().on('end', () => socket.end())
    if (++connected === CLIENTS) all.resolve()
  })
  const before = descriptorsOf(proxy.pid)
  const clients = await crowd(t, proxy, () => helloFor())
  await deadline(all.promise, 'all are carried')
  assert.ok(descriptorsOf(proxy.pid) >= before + 2 * CLIENTS)
  clients.forEach((client, i) => (i % 2 === 0 ? client.resetAndDestroy() : client.destroy()))
  await descriptorsFallTo(proxy.pid, before)
  // Half of them hear of a reset before they close, which `once` of node:events would take for a failure.
  const open = Array.from(upstream.sockets, (socket) => new Promise((resolve) => socket.once('close', resolve)))
  await deadline(Promise.all(open), 'the upstream is left as well')
})
