import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { deadline } from '../deadline.ts'
import { listenTcp } from '../upstream.ts'
import { spawnProxy } from './proxy.ts'
import type { ProxyOptions } from './proxy.ts'

/** What a proxy that cannot start says; nothing may be left running. */
async function failure(t: TestContext, options: ProxyOptions): Promise<string> {
  const proxy = await spawnProxy(t, options)
  assert.deepEqual(await deadline(proxy.exit, 'the proxy ends'), { code: 1, signal: null })
  assert.deepEqual(
    proxy.log.filter(({ msg }) => msg === 'listening' || msg === 'ready'),
    [],
  )
  return proxy.stderr()
}

test('a port in use is told with how to find who uses it', async (t) => {
  const { port } = await listenTcp(t, () => {})
  const config = { region: 'cn-beijing', listen: ['127.0.0.1:0', `127.0.0.1:${port}`] }
  assert.equal(
    await failure(t, { config }),
    `error: cannot listen on 127.0.0.1:${port}: the port is in use\n` +
      `hint: see what uses it with \`ss -ltnp 'sport = :${port}'\`, or choose another with --listen\n`,
  )
})

test('an admin port in use is told as such', async (t) => {
  const { port } = await listenTcp(t, () => {})
  assert.equal(
    await failure(t, { args: ['--region', 'cn-beijing', '--admin', `127.0.0.1:${port}`] }),
    `error: cannot open the admin listener on 127.0.0.1:${port}: the port is in use\n` +
      'hint: choose another place with --admin ADDRESS:PORT, or do without by --admin off\n',
  )
})

test('an address that this host does not have is told', async (t) => {
  for (const address of ['203.0.113.5', '[2001:db8::5]'])
    assert.equal(
      await failure(t, { args: ['--region', 'cn-beijing', '--listen', `${address}:8443`] }),
      `error: cannot listen on ${address}:8443: this host has no such address\nhint: see the addresses it has with \`ip addr\`\n`,
    )
})

/** What takes the right to bind port 80 away, or undefined where nothing does. */
function withoutLowPorts(): readonly string[] | undefined {
  const root = process.getuid?.() === 0
  const free = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) <= 80
  const withoutCapability = root ? ['setpriv', '--bounding-set=-net_bind_service'] : []
  if (!free) return withoutCapability
  // A network namespace of its own begins with the kernel's default, which reserves the ports below 1024.
  const unshare = ['--net', ...(root ? [] : ['--user']), ...withoutCapability]
  return spawnSync('unshare', [...unshare, 'true']).status === 0 ? ['unshare', ...unshare] : undefined
}

test('a low port that is not permitted is told with three ways out', async (t) => {
  const runBy = withoutLowPorts()
  if (runBy === undefined) return t.skip('this host lets everybody bind port 80, and makes no network namespace')
  assert.equal(
    await failure(t, { args: ['--region', 'cn-beijing', '--listen', ':80'], runBy }),
    'error: cannot listen on :80: no permission for a port below 1024\n' +
      'hint: run it by systemd, which `acr-proxy service install` sets up, or ' +
      '`setcap cap_net_bind_service=+ep "$(readlink -f "$(command -v node)")"`, or use --listen :8443\n',
  )
})

test('all faults of a configuration are told at once, each with its place', async (t) => {
  const stderr = await failure(t, {
    config: { region: 'cn-beijing', timeout: { idle: '10m' }, allow: { clients: ['10.0.0.1/8'] } },
    env: { ACR_PROXY_LOG_LEVEL: 'loud' },
    args: ['--listen', '127.0.0.1:99999'],
  })
  const [first = '', ...lines] = stderr.split('\n')
  assert.equal(first, 'error: the configuration has 4 problems')
  for (const [place, problem] of [
    ['acr-proxy.yaml:2', /timeout.*timeouts/],
    ['acr-proxy.yaml:6', /10\.0\.0\.1\/8/],
    ['ACR_PROXY_LOG_LEVEL', /loud/],
    ['--listen', /65535/],
  ] as const)
    assert.ok(
      lines.some((line) => line.includes(place) && problem.test(line)),
      `${place} in ${stderr}`,
    )
})
