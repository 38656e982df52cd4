import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { temporaryFolder } from '../config/given.ts'
import { run } from './run.ts'

const BEIJING = ['--region', 'cn-beijing', '--allow-instances', 'acme', '--proxy', '203.0.113.7']
const LINES = `# acr-proxy: names of cn-beijing, carried by 203.0.113.7
203.0.113.7 registry-vpc.cn-beijing.aliyuncs.com
203.0.113.7 registry-internal.cn-beijing.aliyuncs.com
203.0.113.7 registry-intl-vpc.cn-beijing.aliyuncs.com
203.0.113.7 dockerauth-vpc.cn-beijing.aliyuncs.com
203.0.113.7 dockerauth-ee-vpc.cn-beijing.aliyuncs.com
203.0.113.7 cr-vpc.cn-beijing.aliyuncs.com
203.0.113.7 registry-cn-beijing-vpc.ack.aliyuncs.com
203.0.113.7 acme-registry-vpc.cn-beijing.cr.aliyuncs.com
203.0.113.7 acme-chart-vpc.cn-beijing.cr.aliyuncs.com
203.0.113.7 oss-cn-beijing-internal.aliyuncs.com
203.0.113.7 aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com
# not covered, for want of wildcards: names of these forms. Name the instance (--allow-instances), the bucket
# (--allow-buckets) or the host (--allow-hosts) to have a line for it:
#   aliregistry*.oss-cn-beijing-internal.aliyuncs.com
#   cri-*-registry.oss-cn-beijing-internal.aliyuncs.com
`
const UNCOVERED =
  'warning: not covered, for want of wildcards: names of these forms. Name the instance (--allow-instances), the bucket (--allow-buckets) or the host (--allow-hosts) to have a line for it: aliregistry*.oss-cn-beijing-internal.aliyuncs.com, cri-*-registry.oss-cn-beijing-internal.aliyuncs.com\n'

test('hosts prints lines for a hosts file', async () => {
  assert.deepEqual(await run(['hosts', ...BEIJING]), { code: 0, stdout: LINES, stderr: '' })
})

test('hosts takes the configuration from a file, and public names for a public resolver', async (t) => {
  const cwd = temporaryFolder(t)
  writeFileSync(join(cwd, 'acr-proxy.yaml'), 'region: cn-beijing\nresolver: { kind: public }\nlisten: :8443\n')
  const words = ['hosts', '-c', 'acr-proxy.yaml', '--proxy', '203.0.113.7,2001:db8:0::7']
  const { stdout } = await run(words, { cwd })
  assert.match(stdout, /^203\.0\.113\.7 registry\.cn-beijing\.aliyuncs\.com$/m)
  assert.match(stdout, /^2001:db8::7 dockerauth\.cn-beijing\.aliyuncs\.com$/m)
  assert.doesNotMatch(stdout, /-vpc/)
  const internal = await run([...words, '--names', 'internal', '--format', 'containerd-proxy'], { cwd })
  assert.match(internal.stdout, /^Environment="HTTPS_PROXY=http:\/\/203\.0\.113\.7:8443"$/m)
})

test('hosts --format docker-proxy prints JSON, and what JSON cannot say goes to standard error', async () => {
  const { code, stdout, stderr } = await run(['hosts', ...BEIJING, '--format', 'docker-proxy'])
  assert.deepEqual(JSON.parse(stdout), {
    proxies: { 'http-proxy': 'http://203.0.113.7:80', 'https-proxy': 'http://203.0.113.7:80' },
  })
  assert.equal(code, 0)
  assert.match(stderr, /^warning: dockerd asks this proxy for every registry, .* "no-proxy"\n$/)
})

test('hosts --write keeps the lines in a file, --remove takes them out', async (t) => {
  const path = join(temporaryFolder(t), 'hosts')
  writeFileSync(path, '127.0.0.1 localhost\n10.0.0.1 registry-vpc.cn-beijing.aliyuncs.com\n')
  const write = ['hosts', ...BEIJING, '--write', '--file', path]
  const clash = `warning: ${path}:2 gives registry-vpc.cn-beijing.aliyuncs.com the address 10.0.0.1, too\n`
  assert.deepEqual(await run(write), {
    code: 0,
    stdout: `${path}: 11 names lead to 203.0.113.7\n`,
    stderr: clash + UNCOVERED,
  })
  const written = readFileSync(path, 'utf8')
  assert.ok(written.endsWith(`\n# BEGIN acr-proxy\n${LINES}# END acr-proxy\n`))
  assert.equal((await run(write)).stdout, `${path}: unchanged, 11 names lead to 203.0.113.7\n`)
  assert.equal(readFileSync(path, 'utf8'), written)

  const remove = ['hosts', '--remove', '--file', path]
  assert.deepEqual(await run(remove), { code: 0, stdout: `${path}: the lines of acr-proxy are gone\n`, stderr: '' })
  assert.deepEqual(await run(remove), { code: 0, stdout: `${path}: has no lines of acr-proxy\n`, stderr: '' })
  assert.equal(readFileSync(path, 'utf8').split('\n').length, 3)
})

test('hosts --write names the line of a marker that is odd, and ends with 1', async (t) => {
  const path = join(temporaryFolder(t), 'hosts')
  writeFileSync(path, '# BEGIN acr-proxy\n')
  assert.deepEqual(await run(['hosts', ...BEIJING, '--write', '--file', path]), {
    code: 1,
    stdout: '',
    stderr: `error: ${path}: line 1: "# BEGIN acr-proxy" without "# END acr-proxy"\nhint: mend the markers by hand; nothing was changed\n`,
  })
})

const MORE = 'hint: acr-proxy hosts --help lists commands and flags, with examples\n'

/** What is typed after `hosts --region cn-beijing`, and what is then on standard error. */
const wrong: readonly (readonly [string, string])[] = [
  ['', 'error: --proxy is missing\nhint: give the address at which clients reach the proxy: --proxy 203.0.113.7\n'],
  ['--proxy example.com', 'error: --proxy: expected an IPv4 or IPv6 address, got "example.com"\n'],
  ['--proxy fe80::1%eth0', 'error: --proxy: expected an IPv4 or IPv6 address, got "fe80::1%eth0"\n'],
  ['--proxy 1.2.3.4 --write --remove', `error: --write and --remove do not go together\n${MORE}`],
  ['--proxy 1.2.3.4 --write --format dnsmasq', 'error: --write goes with --format hosts alone\n'],
  ['--proxy 1.2.3.4 --file hosts', 'error: --file needs --write or --remove\n'],
  ['--proxy 1.2.3.4 --format hosts --format dnsmasq', 'error: --format is there twice, it takes one value\n'],
  [
    '--proxy 1.2.3.4 --format cordns',
    `error: --format: expected hosts, dnsmasq, unbound, coredns, docker-proxy, containerd-proxy, powershell, got "cordns" (did you mean "coredns"?)\n${MORE}`,
  ],
]

for (const [typed, stderr] of wrong) {
  test(`wrong usage ends with code 2: hosts ${typed}`, async () => {
    const words = ['hosts', '--region', 'cn-beijing', ...typed.split(' ').filter(Boolean)]
    assert.deepEqual(await run(words), { code: 2, stdout: '', stderr })
  })
}
