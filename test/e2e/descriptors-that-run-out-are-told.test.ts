import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomLoopback } from '../region/loopback.ts'
import { listenTcp } from '../upstream.ts'
import { ask } from './ask.ts'
import { REGISTRY } from './carried.ts'
import { helloFor } from './hellos.ts'
import { logged } from './logged.ts'
import { descriptorsFallTo, descriptorsOf } from './process-state.ts'
import { startProxy } from './proxy.ts'
import { serve, SERVED } from './served.ts'
import { startSilent } from './silent.ts'
import { dial } from './wire.ts'

const SILENT = 'acme-registry-vpc.cn-beijing.cr.aliyuncs.com'
const DESCRIPTORS = 128

test('descriptors that run out are told, new connections are refused meanwhile, and all goes on once there are some', async (t) => {
  const upstream = await listenTcp(t, serve)
  // A name with several addresses of which none answers takes more descriptors for each client than the limits reckon with.
  const silent = [1, 2, 3, 4].map(() => startSilent(t, randomLoopback()))
  const hosts = {
    [REGISTRY]: `${upstream.address}:${upstream.port}`,
    [SILENT]: (await Promise.all(silent)).map(({ address, port }) => `${address}:${port}`),
  }
  const limits = { perClient: DESCRIPTORS, peeking: DESCRIPTORS }
  const proxy = await startProxy(t, { config: { region: 'cn-beijing', hosts, limits }, ulimit: DESCRIPTORS })
  const before = descriptorsOf(proxy.pid)
  const { connections } = await logged(proxy, 'ready')

  const clients = await Promise.all(Array.from({ length: Number(connections) - 1 }, () => dial(t, proxy.endpoint)))
  for (const client of clients) client.write(helloFor(SILENT))
  const told = await logged(proxy, 'out of file descriptors: new connections are refused')
  assert.deepEqual([told.level, told['descriptors']], ['error', DESCRIPTORS])
  assert.equal((await ask(t, proxy.endpoint)).bytes.length, 0)

  for (const client of clients) client.resetAndDestroy()
  await logged(proxy, 'file descriptors are available again')
  assert.equal((await ask(t, proxy.endpoint)).bytes.toString(), SERVED)
  await descriptorsFallTo(proxy.pid, before)
  assert.equal(proxy.stderr(), '')
})
