import assert from 'node:assert/strict'
import test from 'node:test'
import type { TestContext } from 'node:test'
import { createLog } from '../../src/log.ts'
import { loadNative } from '../../src/proxy/engine/native.ts'
import { takeSupervisor } from '../../src/service/supervisor.ts'
import { deadline } from '../deadline.ts'
import { adminOf, get, WITH_ADMIN } from '../e2e/admin.ts'
import { configTo } from '../e2e/carried.ts'
import { helloFor } from '../e2e/hellos.ts'
import { logged } from '../e2e/logged.ts'
import { spawnProxy, startProxy } from '../e2e/proxy.ts'
import type { ProxyOptions } from '../e2e/proxy.ts'
import { startSilent } from '../e2e/silent.ts'
import { dial, readAtLeast } from '../e2e/wire.ts'
import { randomLoopback } from '../region/loopback.ts'
import { temporaryFolder } from '../unit/config/given.ts'
import { listenTcp } from '../upstream.ts'
import { startServiceManager } from './service-manager.ts'

const REGION = { region: 'cn-beijing' }
/** So short that a test sees several beats. */
const WATCHDOG = { WATCHDOG_USEC: '600000' }

/** How it is told, and the arguments of node with which it is told so. */
const WAYS: readonly (readonly [string, readonly string[]])[] = [
  ['by the addon', []],
  ['by systemd-notify', ['--no-addons']],
]

/** A proxy that is run by a service manager. */
async function startUnder(t: TestContext, options: ProxyOptions, variables: Readonly<Record<string, string>> = {}) {
  const manager = await startServiceManager(t, temporaryFolder(t))
  const proxy = await startProxy(t, {
    config: REGION,
    ...options,
    env: { NOTIFY_SOCKET: manager.socket, ...variables },
  })
  return { ...manager, proxy }
}

test('there is an addon to tell it by', () => {
  assert.deepEqual([loadNative().ok], [true])
})

for (const [way, nodeArgs] of WAYS) {
  const start = (t: TestContext, options: ProxyOptions, variables: Readonly<Record<string, string>> = {}) =>
    startUnder(t, { ...options, nodeArgs }, variables)

  test(`${way}: it hears that the proxy is ready, what it does, that it stops and how long that may take`, async (t) => {
    const { proxy, messages, hear } = await start(t, { config: { ...REGION, timeouts: { drain: '2m' } } })
    await hear(/^STATUS=/)
    proxy.signal('SIGTERM')
    assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 0, signal: null })
    assert.deepEqual(messages, [
      'READY=1',
      'STATUS=0 connections open, 0.00 Gbit/s',
      'STOPPING=1 EXTEND_TIMEOUT_USEC=130000000',
    ])
  })

  test(`${way}: it hears that a reload begins and has ended, also one that changes nothing`, async (t) => {
    const { proxy, hear, messages } = await start(t, {})
    await hear(/^STATUS=/)
    proxy.signal('SIGHUP')
    await hear(/^READY=1$/, 2)
    assert.match(messages.at(-2) ?? '', /^RELOADING=1 MONOTONIC_USEC=\d+$/)
  })

  test(`${way}: the status counts open connections and what they move`, async (t) => {
    const part = Buffer.alloc(16 * 1024 * 1024)
    const upstream = await listenTcp(t, (socket) => void socket.resume().write(part))
    const { proxy, hear } = await start(t, { config: configTo(upstream) }, WATCHDOG)
    const client = await dial(t, proxy.endpoint)
    client.write(helloFor())
    await deadline(readAtLeast(client, part.length), 'the bytes')
    await hear(/STATUS=1 connection open, (?!0\.00)\d+\.\d\d Gbit\/s$/)
  })

  test(`${way}: a watchdog is fed while the listeners accept, and neither log nor metrics show how that is found out`, async (t) => {
    const config = { ...REGION, ...WITH_ADMIN, allow: { clients: ['203.0.113.0/24'] } }
    const { proxy, hear } = await start(t, { config }, WATCHDOG)
    await hear(/^WATCHDOG=1/, 8)
    const { body } = await get(await adminOf(proxy), '/metrics')
    assert.doesNotMatch(body, /^acr_proxy_(connections|refusals)_total\{/m)
    assert.deepEqual(
      proxy.log.filter(({ msg = '' }) => ['connection', 'refused', 'refusals not logged one by one'].includes(msg)),
      [],
    )
  })

  test(`${way}: a watchdog that is meant for another process is left alone`, async (t) => {
    const { messages, hear } = await start(t, {}, { ...WATCHDOG, WATCHDOG_PID: '1' })
    await hear(/STATUS=/)
    assert.deepEqual(
      messages.filter((message) => message.includes('WATCHDOG')),
      [],
    )
  })

  test(`${way}: a watchdog is fed also while no descriptor is left`, async (t) => {
    // Several addresses of which none answers take more descriptors for each client than the limits reckon with.
    const silent = await Promise.all([1, 2, 3, 4].map(() => startSilent(t, randomLoopback())))
    const hosts = { 'registry-vpc.cn-beijing.aliyuncs.com': silent.map(({ address, port }) => `${address}:${port}`) }
    const config = { ...REGION, hosts, limits: { perClient: 128, peeking: 128 } }
    const { proxy, hear, messages } = await start(t, { config, ulimit: 128 }, WATCHDOG)
    const { connections } = await logged(proxy, 'ready')
    for (let count = 0; count < Number(connections); count += 1) (await dial(t, proxy.endpoint)).write(helloFor())
    await logged(proxy, 'out of file descriptors: new connections are refused')
    await hear(/^WATCHDOG=1/, messages.filter((message) => message.startsWith('WATCHDOG=1')).length + 3)
    assert.deepEqual(
      proxy.log.filter(({ msg = '' }) => /available again|cannot be told|do not accept/.test(msg)),
      [],
    )
  })
}

test('of a start that fails it hears nothing', async (t) => {
  const { socket, messages } = await startServiceManager(t, temporaryFolder(t))
  const config = { ...REGION, listen: '203.0.113.5:443' }
  const proxy = await spawnProxy(t, { config, env: { NOTIFY_SOCKET: socket } })
  assert.equal((await deadline(proxy.exit, 'the proxy ends')).code, 1)
  assert.deepEqual(messages, [])
})

test('a manager that does not answer is told in the log, once, and keeps nothing from going on', async (t) => {
  const env = { NOTIFY_SOCKET: `${temporaryFolder(t)}/none`, ...WATCHDOG }
  const proxy = await startProxy(t, { config: REGION, env })
  const line = await logged(proxy, 'the service manager cannot be told')
  assert.equal(line['why'], 'ENOENT')
  proxy.signal('SIGTERM')
  assert.equal((await deadline(proxy.exit, 'the proxy ends')).code, 0)
  assert.equal(proxy.log.filter(({ msg }) => msg === line.msg).length, 1)
})

test('what names the manager is taken out of the environment of what we start', async () => {
  const { log } = await createLog({ level: 'error', format: 'json' })
  const env = { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '77', HOME: '/' }
  const lifecycle = takeSupervisor(env, log)
  assert.deepEqual(env, { HOME: '/' })
  await lifecycle?.ended()
  assert.equal(takeSupervisor(env, log), undefined)
})
