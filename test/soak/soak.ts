import { parseArgs } from 'node:util'
import { configTo } from '../e2e/carried.ts'
import { descriptorsFallTo, descriptorsOf, memoryOf } from '../e2e/process-state.ts'
import { startProxy } from '../e2e/proxy.ts'
import { createScope } from '../scope.ts'
import { descriptorLimit } from '../../src/proxy/descriptors.ts'
import { listenTcp } from '../upstream.ts'
import { runChaos } from './chaos.ts'
import { holdCrowd } from './crowd.ts'

/** Chaos goes in rounds, after each of which descriptors must be back where they were (ms). */
const ROUND = 60_000
const MB = 1024 * 1024
/** Descriptors for all that is no connection of the crowd, the proxy's own reserve among them. */
const SPARE = 2000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    clients: { type: 'string', default: '40' },
    connections: { type: 'string', default: '2000' },
  },
})
const say = (line: string): boolean => process.stdout.write(`${line}\n`)
const scope = createScope()
try {
  // This process and the proxy hold two descriptors for each.
  const connections = Math.min(Number(values.connections), Math.floor((descriptorLimit() - SPARE) / 2))
  const upstream = await listenTcp(scope, (socket) => socket.pipe(socket))
  const limits = { perClient: 100_000, peeking: 100_000 }
  const proxy = await startProxy(scope, {
    config: { ...configTo(upstream), limits },
    ulimit: 2 * connections + SPARE,
  })
  const before = descriptorsOf(proxy.pid)
  const crowd = await holdCrowd({ ...proxy.endpoint, pid: proxy.pid }, connections)
  say(`${crowd.connections} connections at once: ${Math.round(crowd.bytesEach)} bytes of the proxy each`)

  const end = performance.now() + Number(values.minutes) * 60_000
  while (performance.now() < end) {
    const chaos = await runChaos(proxy.endpoint, Number(values.clients), Math.min(end, performance.now() + ROUND))
    await descriptorsFallTo(proxy.pid, before, 30_000)
    const memory = Math.round(memoryOf(proxy.pid).now / MB)
    say(
      `${chaos.exact} exact, ${chaos.cut} cut, ${Math.round(chaos.bytes / MB)} MB; proxy: ${memory} MB, ${descriptorsOf(proxy.pid)} descriptors`,
    )
  }
  if (proxy.stderr() !== '') throw new Error(proxy.stderr())
} finally {
  await scope.close()
}
