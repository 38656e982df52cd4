import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { adminOf, get, getJson } from '../e2e/admin.ts'
import { ask } from '../e2e/ask.ts'
import { configTo } from '../e2e/carried.ts'
import { handOver } from '../e2e/hand-over.ts'
import { helloFor } from '../e2e/hellos.ts'
import { logged, pick } from '../e2e/logged.ts'
import { closedPort } from '../e2e/nobody.ts'
import { headerV1 } from '../e2e/proxy-headers.ts'
import { parseEndpoint, spawnProxy } from '../e2e/proxy.ts'
import type { ProxyProcess } from '../e2e/proxy.ts'
import { reload } from '../e2e/reload.ts'
import { serve, SERVED } from '../e2e/served.ts'
import { dial } from '../e2e/wire.ts'
import { listenTcp } from '../upstream.ts'
import type { Endpoint } from '../upstream.ts'
import { temporaryFolder } from '../unit/config/given.ts'

/** Places for sockets to be passed, by name. */
async function places(...names: readonly string[]): Promise<readonly (Endpoint & { readonly name: string })[]> {
  const free = names.map(async (name, index) => {
    const { address, port } = await closedPort(`127.0.0.${index + 2}`)
    return { name, address, port }
  })
  return Promise.all(free)
}

/** Lets systemd's own activator hold `sockets`, and start the proxy at the first connection. */
async function activate(
  t: TestContext,
  sockets: readonly { readonly name: string; readonly at: string }[],
  config: object,
  options: readonly string[] = [],
): Promise<ProxyProcess> {
  const names = `--fdname=${sockets.map(({ name }) => name).join(':')}`
  const runBy = ['systemd-socket-activate', ...options, ...sockets.flatMap(({ at }) => ['-l', at]), names]
  const proxy = await spawnProxy(t, { config: { listen: undefined, admin: undefined, ...config }, runBy })
  await until(() => proxy.stderr().split('Listening on ').length > sockets.length, proxy.stderr)
  return proxy
}

async function until(isSo: () => boolean, now: () => string): Promise<void> {
  const limit = performance.now() + 30_000
  while (!isSo()) {
    if (performance.now() > limit) throw new Error(`not within 10 s, but: ${now()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const at = ({ address, port }: Endpoint): string => `${address}:${port}`
const text = (value: { readonly bytes: Buffer }): string => value.bytes.toString()

/** Descriptors of a process at which it listens. */
function listening(pid: number): readonly string[] {
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
  // The fourth column is the state, 0A while listening, and the tenth the inode (proc(5)).
  const inodes = new Set(rows.flatMap((row) => (row[3] === '0A' ? `socket:[${row[9]}]` : [])))
  return readdirSync(`/proc/${pid}/fd`).filter((descriptor) => {
    try {
      return inodes.has(readlinkSync(`/proc/${pid}/fd/${descriptor}`))
    } catch {
      return false
    }
  })
}

test('a socket is used by the entry whose address it has, with its options, and the admin listener has its own by name', async (t) => {
  const [plain, announced, admin] = await places('plain', 'announced', 'admin')
  assert.ok(plain && announced && admin)
  const own = await closedPort('127.0.0.9')
  const config = {
    ...configTo(await listenTcp(t, serve)),
    listen: [{ address: at(announced), proxyProtocol: true, trusted: ['127.0.0.1/32'] }, at(plain), at(own)],
  }
  const proxy = await activate(
    t,
    [plain, announced, admin].map((place) => ({ name: place.name, at: at(place) })),
    config,
  )
  // The connection that starts it waits in the socket, and is served like any other.
  assert.equal(text(await ask(t, plain)), SERVED)
  assert.equal(text(await ask(t, announced, Buffer.concat([headerV1('203.0.113.7'), helloFor()]))), SERVED)
  assert.equal(text(await ask(t, own)), SERVED)
  assert.deepEqual(await adminOf(proxy), { address: admin.address, port: admin.port })
  assert.equal((await get(admin, '/healthz')).status, 200)
  // Close-on-exec: what it starts does not get them unasked, whoever of it holds them.
  const sockets = listening(proxy.pid)
  assert.equal(sockets.length, 4)
  for (const descriptor of sockets) {
    const flags = /^flags:\s+0(\d+)$/m.exec(readFileSync(`/proc/${proxy.pid}/fdinfo/${descriptor}`, 'utf8'))?.[1]
    assert.ok((Number.parseInt(flags ?? '', 8) & 0o2000000) !== 0, `${descriptor}: ${flags}`)
  }
})

test('where nothing is configured the sockets are the listeners, through reloads and hand-overs', async (t) => {
  const [one, two, admin] = await places('one', 'two', 'admin')
  assert.ok(one && two && admin)
  const config = configTo(await listenTcp(t, serve))
  const sockets = [one, two, admin].map((place) => ({ name: place.name, at: at(place) }))
  const proxy = await activate(t, sockets, config)
  assert.equal(text(await ask(t, two)), SERVED)
  await logged(proxy, 'ready')
  assert.deepEqual(
    proxy.log.flatMap(({ msg, listener }) => (msg === 'listening' ? [parseEndpoint(String(listener))] : [])),
    [one, two].map(({ address, port }) => ({ address, port })),
  )
  await reload(proxy, { ...config, timeouts: { idle: '5m' } })
  let pid = proxy.pid
  for (const endpoint of [one, two]) {
    pid = await handOver(proxy, pid)
    assert.equal(text(await ask(t, endpoint)), SERVED)
    assert.equal((await getJson(admin, '/status'))['pid'], pid)
  }
  const skip = proxy.log.length
  await reload(proxy, { ...config, listen: at(one) }, pid)
  assert.equal((await logged(proxy, 'no longer listening', skip))['listener'], at(two))
  assert.equal(text(await ask(t, one)), SERVED)
  await assert.rejects(dial(t, two), { code: 'ECONNREFUSED' })
})

test('a socket that no entry asks for is told, and closed', async (t) => {
  const [wanted, stray, admin] = await places('wanted', 'stray', 'admin')
  assert.ok(wanted && stray && admin)
  const config = { ...configTo(await listenTcp(t, serve)), listen: at(wanted), admin: { listen: 'off' } }
  const proxy = await activate(
    t,
    [wanted, stray, admin].map((place) => ({ name: place.name, at: at(place) })),
    config,
  )
  assert.equal(text(await ask(t, wanted)), SERVED)
  await logged(proxy, 'ready')
  assert.deepEqual(
    proxy.log.flatMap((line) => (line.msg === 'an inherited socket is not used' ? [pick(line, 'name', 'socket')] : [])),
    [stray, admin].map((place) => ({ name: place.name, socket: at(place) })),
  )
  await assert.rejects(dial(t, stray), { code: 'ECONNREFUSED' })
})

test('what is started by the proxy finds no variables of the protocol', async (t) => {
  const [one] = await places('one')
  assert.ok(one)
  const module = join(temporaryFolder(t), 'resolver.mjs')
  const source = `
    import { execFileSync } from 'node:child_process'
    console.log('env ' + JSON.stringify(execFileSync('env', { encoding: 'utf8' }).match(/^LISTEN_.*/gm)))
    export const resolve = () => []
  `
  writeFileSync(module, source)
  const config = { region: 'cn-beijing', admin: { listen: 'off' }, resolver: { kind: 'module', module } }
  const proxy = await activate(t, [{ name: 'one', at: at(one) }], config)
  await dial(t, one)
  assert.equal((await proxy.waitFor(({ raw }) => raw.startsWith('env '), 'the child has looked')).raw, 'env null')
})

test('a unix socket, datagrams, and a connection in place of a listener are refused, with what to do', async (t) => {
  const path = join(temporaryFolder(t), 'socket')
  const [udp, accepted] = await places('udp', 'accepted')
  assert.ok(udp && accepted)
  const knock: Readonly<Record<string, () => unknown>> = {
    local: () => connect(path).on('error', () => {}),
    udp: async () => {
      const socket = createSocket('udp4')
      socket.send('x', udp.port, udp.address, () => socket.close())
    },
    accepted: () => dial(t, accepted),
  }
  for (const [name, where, options] of [
    ['local', path, []],
    ['udp', at(udp), ['--datagram']],
  ] as const) {
    const proxy = await activate(t, [{ name, at: where }], { region: 'cn-beijing', admin: { listen: 'off' } }, options)
    await knock[name]?.()
    assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 1, signal: null })
    assert.match(
      proxy.stderr(),
      new RegExp(
        `error: LISTEN_FDS: descriptor 3 \\(${name}\\) is no TCP socket that listens\nhint: in the socket unit give`,
      ),
    )
  }
  // Accept=yes: its child gets the connection itself.
  const proxy = await activate(
    t,
    [{ name: 'accepted', at: at(accepted) }],
    { region: 'cn-beijing', admin: { listen: 'off' } },
    ['--accept'],
  )
  await knock['accepted']?.()
  await until(() => /is no TCP socket that listens\nhint: .*without Accept=yes/.test(proxy.stderr()), proxy.stderr)
})

test('an admin socket that other hosts reach is refused without a token', async (t) => {
  const [admin] = await places('admin')
  assert.ok(admin)
  const config = { ...configTo(admin), listen: '127.0.0.1:0' }
  const proxy = await activate(t, [{ name: 'admin', at: `0.0.0.0:${admin.port}` }], config)
  await dial(t, { address: '127.0.0.1', port: admin.port })
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 1, signal: null })
  assert.match(
    proxy.stderr(),
    /error: the inherited socket admin: .* can be reached from other hosts: add admin\.token/,
  )
})
