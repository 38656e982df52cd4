import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { startDns } from '../../region/dns.ts'
import { temporaryFolder } from '../config/given.ts'
import { run } from './run.ts'

const REGISTRY = 'registry-vpc.cn-beijing.aliyuncs.com'

test('explain says what becomes of a name, stage by stage', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  dns.set(REGISTRY, [
    { type: 'A', ttl: 60, data: '100.103.9.188' },
    { type: 'A', ttl: 60, data: '100.103.7.181' },
  ])
  const servers = `${dns.address}:${dns.port}`
  const words = ['explain', '--region', 'cn-beijing', '--resolver-servers', servers, `https://${REGISTRY}/v2/`]
  assert.deepEqual(await run(words), {
    code: 0,
    stderr: '',
    stdout: `${REGISTRY}:443 is carried
  rule      registry-vpc
  role      registry, cn-beijing, vpc
  resolver  vpc, asking ${servers}
  address   100.103.9.188 may be dialled
  address   100.103.7.181 may be dialled
  dials     100.103.9.188:443
  then      100.103.7.181:443
`,
  })
})

test('explain says what is refused, what was meant and what would admit it, and ends with 1', async (t) => {
  const cwd = temporaryFolder(t)
  writeFileSync(
    join(cwd, 'acr-proxy.yaml'),
    'region: cn-beijing\nhosts:\n  registry-vpc.cn-beijing.aliyuncs.com: 192.0.2.1:8443\n',
  )
  const words = ['explain', '-c', 'acr-proxy.yaml', REGISTRY, 'http://mine.oss-cn-shanghai-internal.aliyuncs.com/x']
  assert.deepEqual(await run(words, { cwd }), {
    code: 1,
    stdout: `${REGISTRY}:443 is carried
  rule      registry-vpc
  role      registry, cn-beijing, vpc
  resolver  a fixed address under hosts
  address   192.0.2.1 may be dialled
  dials     192.0.2.1:8443

mine.oss-cn-shanghai-internal.aliyuncs.com:80 is refused, name-not-allowed
  why       mine.oss-cn-shanghai-internal.aliyuncs.com: region cn-shanghai is not configured; to admit it, add cn-shanghai to "region" in the proxy's configuration
  nearest   oss-cn-beijing-internal.aliyuncs.com
  admit by  --region 'cn-beijing,cn-shanghai' --allow-buckets 'mine'
  or        region: [cn-beijing, cn-shanghai] # now from acr-proxy.yaml:1
            allow:
              buckets: [mine] # now from default
`,
    stderr: 'error: 1 of 2 would be refused\n',
  })
})

test('explain --json prints the same for programs', async () => {
  const words = ['explain', '--region', 'cn-beijing', '--json', 'registry.example.com', '192.0.2.1']
  const { code, stdout, stderr } = await run(words)
  const explanations: unknown = JSON.parse(stdout)
  assert.ok(Array.isArray(explanations))
  const reasons = explanations.map((each: unknown) =>
    Reflect.get(Object(Reflect.get(Object(each), 'refused')), 'reason'),
  )
  assert.deepEqual(reasons, ['name-not-allowed', 'bad-name'])
  assert.deepEqual([code, stderr], [1, 'error: 2 of 2 would be refused\n'])
})

test('explain needs a name', async () => {
  assert.deepEqual(await run(['explain', '--region', 'cn-beijing']), {
    code: 2,
    stdout: '',
    stderr:
      'error: explain needs a word after it\nhint: acr-proxy explain --help lists commands and flags, with examples\n',
  })
})
