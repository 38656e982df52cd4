import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Check, parseReport } from '../e2e/doctor.ts'
import { startProxy } from '../e2e/proxy.ts'
import { randomLoopback } from '../region/loopback.ts'
import { type Region, startRegion } from '../region/region.ts'
import { temporaryFolder } from '../unit/config/given.ts'

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))

/** What `doctor --client` says where the hosts file has these lines, and nothing else resolves names. */
async function doctorOnClient(
  t: TestContext,
  region: Region,
  lines: readonly (readonly [string, string])[],
  { env = {}, args = [] }: { readonly env?: Readonly<Record<string, string>>; readonly args?: readonly string[] } = {},
): Promise<readonly Check[]> {
  const folder = temporaryFolder(t)
  const hosts = join(folder, 'hosts')
  const resolv = join(folder, 'resolv.conf')
  const config = join(folder, 'nsswitch.conf')
  writeFileSync(hosts, lines.map((line) => `${line.join(' ')}\n`).join(''))
  writeFileSync(resolv, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n')
  writeFileSync(config, 'hosts: files\n')
  // Nobody else sees these mounts.
  const script = `mount --bind ${hosts} /etc/hosts
mount --bind ${config} /etc/nsswitch.conf
mount --bind ${resolv} "$(readlink -f /etc/resolv.conf)"
"$NODE" "$MAIN" doctor --json --client --region cn-beijing "$@" || [ $? = 1 ]`
  const { stdout } = await promisify(execFile)('unshare', ['--mount', 'sh', '-euc', script, 'sh', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE: process.execPath,
      MAIN,
      NODE_EXTRA_CA_CERTS: region.ca.path,
      DOCKER_CONFIG: folder,
      ...env,
    },
  })
  return parseReport(stdout).checks
}

/** A proxy of the region at its usual ports, on an address of its own. */
async function proxyAt(t: TestContext, region: Region): Promise<string> {
  const address = randomLoopback()
  await startProxy(t, { config: region.proxyConfig({ listen: [`${address}:443`, `${address}:80`] }) })
  return address
}

function of(checks: readonly Check[], group: string, subject: string): Check {
  const found = checks.find((check) => check.group === group && check.subject === subject)
  assert.ok(found !== undefined, `${group} ${subject} in ${checks.map((check) => check.subject).join(', ')}`)
  return found
}

test('a client whose hosts file has every name is told that all is well', async (t) => {
  const region = await startRegion(t)
  const { names } = region
  const proxy = await proxyAt(t, region)
  const needed = [names.registry, names.auth, names.oss, names.bucket]
  const checks = await doctorOnClient(
    t,
    region,
    needed.map((name) => [proxy, name] as const),
  )
  assert.deepEqual(
    checks.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped'),
    [],
  )
  assert.equal(of(checks, 'local', 'hosts file').seen, `/etc/hosts leads 4 of ACR's names to ${proxy}`)
  assert.equal(of(checks, 'oss', `http://${names.bucket}/`).outcome, 'ok')
})

test('a name that the hosts file lacks, and one that leads past the proxy, are told with the line to add', async (t) => {
  const region = await startRegion(t)
  const { names } = region
  const proxy = await proxyAt(t, region)
  const checks = await doctorOnClient(t, region, [
    [proxy, names.registry],
    [proxy, names.auth],
    ['192.0.2.9', names.oss],
  ])
  const bucket = of(checks, 'names', names.bucket)
  assert.equal(bucket.outcome, 'warning')
  assert.match(bucket.hint ?? '', new RegExp(`\`${proxy} ${names.bucket}\` in the hosts file`))
  const oss = of(checks, 'names', names.oss)
  assert.equal(oss.outcome, 'failed')
  assert.match(oss.hint ?? '', new RegExp(`add \`${proxy} ${names.oss}\``))
})

test('proxy variables besides the hosts file are a mix-up of forward and reverse, and are named', async (t) => {
  const region = await startRegion(t)
  const proxy = await proxyAt(t, region)
  const lines = [[proxy, region.names.registry]] as const
  const both = { HTTP_PROXY: `http://user:secret@${proxy}:80`, HTTPS_PROXY: `http://${proxy}:80` }
  const mixed = of(await doctorOnClient(t, region, lines, { env: both }), 'local', 'proxy variables')
  assert.equal(mixed.outcome, 'warning')
  assert.match(mixed.hint ?? '', /^forward and reverse at once/)
  assert.doesNotMatch(mixed.seen, /secret/)
})
