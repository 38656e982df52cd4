import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { startDns } from '../region/dns.ts'
import type { DnsServer } from '../region/dns.ts'
import { randomLoopback } from '../region/loopback.ts'
import { temporaryFolder } from '../unit/config/given.ts'
import { COVERED, INSTANCES, OTHERS, rendered } from '../unit/diagnostics/formats/rendered.ts'
import type { Endpoint } from '../upstream.ts'
import { ask } from './ask.ts'
import { startDaemon } from './daemon.ts'

const V4 = '203.0.113.7'
const V6 = '2001:db8::7'
const ELSEWHERE = '198.51.100.1'
const ELSEWHERE6 = '2001:db8:1::1'

type Start = (t: TestContext, upstream: DnsServer, lines: string) => Promise<Endpoint>

const startDnsmasq: Start = async (t, upstream, lines) => {
  const server = { address: randomLoopback(), port: 5300 }
  const path = join(temporaryFolder(t), 'dnsmasq.conf')
  const own = `port=${server.port}\nlisten-address=${server.address}\nbind-interfaces\nno-resolv\nno-hosts\nserver=${upstream.address}#${upstream.port}\n`
  writeFileSync(path, own + lines)
  execFileSync('dnsmasq', ['--test', '-C', path], { stdio: 'pipe' })
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  await startDaemon(t, ['dnsmasq', '-k', '-C', path, '--log-facility=-', '--pid-file', ...user], /started, version/)
  return server
}

const startUnbound: Start = async (t, upstream, lines) => {
  const server = { address: randomLoopback(), port: 5300 }
  const folder = temporaryFolder(t)
  const path = join(folder, 'unbound.conf')
  writeFileSync(join(folder, 'acr-proxy.conf'), lines)
  writeFileSync(
    path,
    `server:
    interface: ${server.address}@${server.port}
    directory: "${folder}"
    pidfile: "${folder}/unbound.pid"
    chroot: ""
    username: ""
    use-syslog: no
    logfile: ""
    verbosity: 1
    do-not-query-localhost: no
    module-config: "iterator"
    num-threads: 1
include: "${folder}/acr-proxy.conf"
forward-zone:
    name: "."
    forward-addr: ${upstream.address}@${upstream.port}
`,
  )
  execFileSync('unbound-checkconf', [path], { stdio: 'pipe' })
  await startDaemon(t, ['unbound', '-d', '-p', '-c', path], /start of service/)
  return server
}

/** A DNS server that gives every name an address which leads past the proxy. */
async function startUpstream(t: TestContext): Promise<DnsServer> {
  const dns = await startDns(t, '127.0.0.1')
  dns.set('*.com', [
    { type: 'A', ttl: 60, data: ELSEWHERE },
    { type: 'AAAA', ttl: 60, data: ELSEWHERE6 },
  ])
  dns.set('example.com', [{ type: 'A', ttl: 60, data: ELSEWHERE }])
  return dns
}

/** Each server, and whether it knows wildcards that are no whole domain. */
for (const [format, start, wild] of [
  ['dnsmasq', startDnsmasq, true],
  ['unbound', startUnbound, false],
] as const) {
  const ours = wild ? [...COVERED, ...INSTANCES] : COVERED
  const others = wild ? OTHERS : [...OTHERS, ...INSTANCES]

  test(`${format} answers our names with the proxy's address, other types with nothing, and asks nobody`, async (t) => {
    const upstream = await startUpstream(t)
    const server = await start(t, upstream, rendered(format, [V4]))
    for (const name of ours) {
      assert.deepEqual(await ask(server, name, 'A'), { code: 0, addresses: [V4] }, name)
      assert.deepEqual(await ask(server, name, 'AAAA'), { code: 0, addresses: [] }, name)
      assert.deepEqual(await ask(server, name, 'HTTPS'), { code: 0, addresses: [] }, name)
      assert.equal(upstream.queries(name), 0, name)
    }
  })

  test(`${format} asks for other names where it did before`, async (t) => {
    const upstream = await startUpstream(t)
    const server = await start(t, upstream, rendered(format, [V4]))
    for (const name of others) assert.deepEqual((await ask(server, name, 'A')).addresses, [ELSEWHERE], name)
  })

  test(`${format} gives both addresses of a proxy that has two, and no IPv4 for one that has none`, async (t) => {
    const upstream = await startUpstream(t)
    const [name = ''] = COVERED
    const both = await start(t, upstream, rendered(format, [V4, V6]))
    assert.deepEqual((await ask(both, name, 'A')).addresses, [V4])
    assert.deepEqual((await ask(both, name, 'AAAA')).addresses, [V6])
    const six = await start(t, upstream, rendered(format, [V6]))
    assert.deepEqual(await ask(six, name, 'A'), { code: 0, addresses: [] })
    assert.equal(upstream.queries(name), 0)
  })

  test(`${format} takes a suffix of the configuration as far as it can, and never the suffix itself`, async (t) => {
    const upstream = await startUpstream(t)
    const server = await start(t, upstream, rendered(format, [V4], { 'allow-hosts': ['*.example.com'] }))
    assert.deepEqual((await ask(server, 'a.b.example.com', 'A')).addresses, [wild ? V4 : ELSEWHERE])
    assert.deepEqual((await ask(server, 'example.com', 'A')).addresses, [ELSEWHERE])
  })
}
