import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startDns } from '../../region/dns.ts'
import { run } from './run.ts'

const UNKNOWN = 'warning: not known: registry and auth: they are known by resolving only\n'

/** Flags for a region whose DNS server knows a registry, an authorization service and OSS. */
async function region(t: TestContext): Promise<readonly string[]> {
  const dns = await startDns(t, '127.0.0.1')
  for (const [name, data] of [
    ['registry-vpc.cn-nanjing.aliyuncs.com', '100.103.9.188'],
    ['dockerauth-vpc.cn-nanjing.aliyuncs.com', '100.103.7.5'],
    ['oss-cn-nanjing-internal.aliyuncs.com', '100.114.142.9'],
  ] as const)
    dns.set(name, [{ type: 'A', ttl: 60, data }])
  return ['--region', 'cn-nanjing', '--resolver-servers', `${dns.address}:${dns.port}`]
}

const CLOSING = 'warning: region cn-nanjing is being closed\n'

test('routes prints each range with its source', async (t) => {
  const { code, stdout, stderr } = await run(['routes', '--live', ...(await region(t))])
  assert.equal(
    stdout,
    `RANGE             SERVICE   REGION      SOURCE
100.103.9.188/32  registry  cn-nanjing  registry-vpc.cn-nanjing.aliyuncs.com = 100.103.9.188
100.103.0.0/16    auth      cn-nanjing  dockerauth-vpc.cn-nanjing.aliyuncs.com = 100.103.7.5
100.114.142.9/32  oss       cn-nanjing  oss-cn-nanjing-internal.aliyuncs.com = 100.114.142.9
100.114.142.0/24  oss       cn-nanjing  table
100.100.2.136/32  dns       cn-nanjing  table
100.100.2.138/32  dns       cn-nanjing  table
`,
  )
  assert.deepEqual([code, stderr], [0, CLOSING])
})

test('routes for a host are as few as will do', async (t) => {
  const { stdout } = await run(['routes', ...(await region(t)), '--format', 'ip-route', '--via', '10.0.0.1'])
  assert.equal(
    stdout,
    `# acr-proxy: routes to ACR in cn-nanjing
ip route replace 100.103.0.0/16 via 10.0.0.1 # registry and auth of cn-nanjing
ip route replace 100.114.142.0/24 via 10.0.0.1 # oss of cn-nanjing
ip route replace 100.100.2.136/32 via 10.0.0.1 # dns of cn-nanjing
ip route replace 100.100.2.138/32 via 10.0.0.1 # dns of cn-nanjing
`,
  )
})

test('routes --offline asks nobody, and says what only resolving tells', async () => {
  const { code, stdout, stderr } = await run(['routes', '--region', 'cn-nanjing', '--offline', '--format', 'json'])
  const list: unknown = JSON.parse(stdout)
  assert.deepEqual(Reflect.get(Object(list), 'destinations'), [
    { cidr: '100.114.142.0/24', purposes: ['oss'], region: 'cn-nanjing' },
    { cidr: '100.100.2.136/32', purposes: ['dns'], region: 'cn-nanjing' },
    { cidr: '100.100.2.138/32', purposes: ['dns'], region: 'cn-nanjing' },
  ])
  assert.deepEqual([code, stderr], [0, CLOSING + UNKNOWN])
})

test('routes warns where a service cannot be resolved, and with --live ends with 1', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  const words = ['routes', '--region', 'cn-nanjing', '--resolver-servers', `${dns.address}:${dns.port}`]
  const quiet = await run(words)
  assert.equal(quiet.code, 0)
  assert.match(quiet.stderr, /^warning: not known: auth of cn-nanjing: \S+: the name does not exist$/m)
  const live = await run([...words, '--live'])
  assert.deepEqual([live.code, live.stdout], [1, quiet.stdout])
  assert.match(live.stderr, /\nerror: not every service could be resolved\nhint: name DNS servers /)
})

const MORE = 'hint: acr-proxy routes --help lists commands and flags, with examples\n'

/** What is typed after `routes --offline --region cn-nanjing`, and what is then on standard error. */
const wrong: readonly (readonly [string, RegExp | string])[] = [
  ['--live', `error: --live and --offline do not go together\n${MORE}`],
  ['--format ip-route', /^error: --format ip-route needs --via or --dev\nhint: /],
  ['--format ip-route --via gateway', 'error: --via: expected an IPv4 or IPv6 address, got "gateway"\n'],
  ['--format ip-route --dev $(reboot)', 'error: --dev: expected the name of a network device, got "$(reboot)"\n'],
  ['--transit-router big', `error: --transit-router: expected enterprise, basic, got "big"\n${MORE}`],
]

for (const [typed, expected] of wrong) {
  test(`wrong usage ends with code 2: routes ${typed}`, async () => {
    const { code, stdout, stderr } = await run(['routes', '--offline', '--region', 'cn-nanjing', ...typed.split(' ')])
    assert.deepEqual([code, stdout], [2, ''])
    if (typeof expected === 'string') assert.equal(stderr, expected)
    else assert.match(stderr, expected)
  })
}
