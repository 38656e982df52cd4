import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { stringify } from 'yaml'
import { closedPort } from '../../e2e/nobody.ts'
import { startRegion } from '../../region/region.ts'
import { temporaryFolder } from '../config/given.ts'
import { run } from './run.ts'

/** Times, addresses and what depends on the host differ from run to run. */
function steady(text: string): string {
  return text
    .replaceAll(/^(\w+ +?) +\d+(?:\.\d+)? ms/gm, '$1 N ms')
    .replaceAll(/127\.\d+\.\d+\.\d+:\d+/g, 'ADDRESS:PORT')
    .replaceAll(/127\.\d+\.\d+\.\d+/g, 'ADDRESS')
    .replaceAll(/until \d{4}-\d\d-\d\d/g, 'until DATE')
    .replaceAll(/ in \d+\.\d ms/g, ' in N ms')
    .replace(/^local\n.*?\n\n/s, '')
}

test('doctor tells of each check in order, with what to do about what is not as it should be', async (t) => {
  const region = await startRegion(t)
  region.dns.remove(region.names.auth)
  const path = join(temporaryFolder(t), 'acr-proxy.yaml')
  writeFileSync(path, stringify(region.proxyConfig()))
  const env = { NODE_EXTRA_CA_CERTS: region.ca.path, DOCKER_CONFIG: temporaryFolder(t) }
  const { code, stdout, stderr } = await run(['doctor', '--config', path], { env })
  // How many are good depends on the host, too.
  assert.equal(
    steady(stdout).replace(/\n\d+ ok, .*\n$/, ''),
    `dns
ok  N ms  ADDRESS:PORT
                    answers: registry-vpc.cn-beijing.aliyuncs.com is ADDRESS

names, cn-beijing
ok  N ms  registry-vpc.cn-beijing.aliyuncs.com
                    ADDRESS (loopback)
warning  N ms  dockerauth-vpc.cn-beijing.aliyuncs.com
                    the name does not exist
                    hint: what counts is the name that the registry gives, see below
warning  N ms  oss-cn-beijing-internal.aliyuncs.com
                    ADDRESS (loopback)
                    hint: OSS moves inside its known ranges, and ADDRESS is in none of cn-beijing: if the checks below are good there is nothing to do but to route it, too, where ranges are routed (CEN, VPN, leased line)
warning  N ms  aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com
                    ADDRESS (loopback)
                    hint: OSS moves inside its known ranges, and ADDRESS is in none of cn-beijing: if the checks below are good there is nothing to do but to route it, too, where ranges are routed (CEN, VPN, leased line)

connect, cn-beijing
ok  N ms  registry-vpc.cn-beijing.aliyuncs.com:443
                    ADDRESS:PORT in N ms
ok  N ms  oss-cn-beijing-internal.aliyuncs.com:443
                    ADDRESS:PORT in N ms
ok  N ms  aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com:443
                    ADDRESS:PORT in N ms

tls, cn-beijing
ok  N ms  registry-vpc.cn-beijing.aliyuncs.com
                    TLSv1.3, certificate of Miniature ACR region CA, valid until DATE
ok  N ms  oss-cn-beijing-internal.aliyuncs.com
                    TLSv1.3, certificate of Miniature ACR region CA, valid until DATE
ok  N ms  aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com
                    TLSv1.3, certificate of Miniature ACR region CA, valid until DATE

registry, cn-beijing
ok  N ms  https://registry-vpc.cn-beijing.aliyuncs.com/v2/
                    401, service registry.aliyuncs.com:cn-beijing:26842
ok  N ms  realm https://dockerauth-vpc.cn-beijing.aliyuncs.com/auth
                    admitted, dockerauth-vpc

token, cn-beijing
failed  N ms  GET https://dockerauth-vpc.cn-beijing.aliyuncs.com/auth
                    dockerauth-vpc.cn-beijing.aliyuncs.com: the name does not exist
                    hint: see the DNS servers above; a fixed address can be given with --hosts NAME=ADDRESS
failed  N ms  POST https://dockerauth-vpc.cn-beijing.aliyuncs.com/auth
                    dockerauth-vpc.cn-beijing.aliyuncs.com: the name does not exist
                    hint: see the DNS servers above; a fixed address can be given with --hosts NAME=ADDRESS

oss, cn-beijing
ok  N ms  https://oss-cn-beijing-internal.aliyuncs.com/
                    403 AccessDenied by oss-cn-beijing-internal.aliyuncs.com
ok  N ms  https://aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com/
                    403 AccessDenied by aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com
ok  N ms  http://oss-cn-beijing-internal.aliyuncs.com/
                    403 AccessDenied by oss-cn-beijing-internal.aliyuncs.com
ok  N ms  http://aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com/
                    403 AccessDenied by aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com
`,
  )
  assert.deepEqual([code, stderr], [1, 'error: 2 of 25 checks failed\n'])
})

test('doctor says on a client that no proxy is there, and what it therefore did not check', async (t) => {
  const env = { DOCKER_CONFIG: temporaryFolder(t) }
  const { port } = await closedPort()
  const { code, stdout, stderr } = await run(['doctor', '--region', 'cn-beijing', '--via', `127.0.0.1:${port}`], {
    env,
  })
  assert.equal(
    steady(stdout),
    `connect, cn-beijing
failed  N ms  the proxy
                    ADDRESS:PORT ECONNREFUSED
                    hint: does acr-proxy run there, and listen at this port? Do security group and firewall of its host let this client in?

registry, cn-beijing
skipped  N ms  /v2/
                    no registry is reached, see above

token, cn-beijing
skipped  N ms  /auth
                    no registry says where tokens come from

oss, cn-beijing
skipped  N ms  OSS
                    it is not reached, see above

0 ok, 0 warnings, 1 failed, 3 skipped
`,
  )
  assert.deepEqual([code, stderr], [1, 'error: 1 of 4 checks failed\n'])
})

test('doctor says what is wrong with its own words', async () => {
  for (const [words, stderr] of [
    [
      '--via https://proxy.example',
      'error: --via: expected PROXY[:port] or http://PROXY[:port], got "https://proxy.example"\nhint: the way to acr-proxy has no TLS of its own: give http://proxy.example\n',
    ],
    [
      '--via 203.0.113.7 --client',
      'error: --via and --client do not go together\nhint: acr-proxy doctor --help lists commands and flags, with examples\n',
    ],
    ['--chart nowhere', 'error: --chart: expected HOST[/NS/REPO], got "nowhere"\n'],
    ['--image a/b --image c/d', 'error: --image is there twice, it takes one value\n'],
  ] as const) {
    assert.deepEqual(await run(['doctor', '--region', 'cn-beijing', ...words.split(' ')]), {
      code: 2,
      stdout: '',
      stderr,
    })
  }
})
