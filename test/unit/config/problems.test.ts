import assert from 'node:assert/strict'
import test from 'node:test'
import { type Given, load, problems } from './given.ts'

const R = 'region: cn-beijing\n'
const LISTEN = 'expected :port, address:port or [IPv6 address]:port'
const DURATION = 'expected a duration such as 500ms, 10s, 10m or 1h, or a number of seconds'

/** What is given, and the one problem it makes. */
const cases: readonly (readonly [Given, string])[] = [
  [{ file: '' }, 'acr-proxy.yaml: region: is required'],
  [{}, 'region: is required'],
  [{ file: 'region: []' }, 'acr-proxy.yaml:1: region: needs at least one'],
  [
    { file: 'region: beijing' },
    'acr-proxy.yaml:1: region: expected a region id such as cn-beijing, got "beijing" (did you mean "cn-beijing"?)',
  ],
  [
    { file: 'region: [cn-hangzhou, cn-bejing]' },
    'acr-proxy.yaml:1: region[1]: there is no such region, got "cn-bejing" (did you mean "cn-beijing"?)',
  ],
  [{ flags: { region: ['moon'] } }, '--region: expected a region id such as cn-beijing, got "moon"'],
  [{ file: `${R}lisetn: []` }, 'acr-proxy.yaml:2: lisetn: unknown key (did you mean "listen"?)'],
  [{ file: `${R}log:\n  levl: info` }, 'acr-proxy.yaml:3: log.levl: unknown key (did you mean "level"?)'],
  [{ file: `${R}clients: 10.0.0.0/8` }, 'acr-proxy.yaml:2: clients: unknown key (did you mean "allow.clients"?)'],
  [{ file: `${R}nonsense: 1` }, 'acr-proxy.yaml:2: nonsense: unknown key'],
  [{ file: `${R}listen:\n  - ":1"\n  - 443` }, `acr-proxy.yaml:4: listen[1]: ${LISTEN}, got 443`],
  [
    { file: `${R}listen: localhost:443` },
    'acr-proxy.yaml:2: listen: the address must be an IPv4 or IPv6 address, not a name, got "localhost:443"',
  ],
  [{ file: `${R}listen: []` }, 'acr-proxy.yaml:2: listen: needs at least one'],
  [{ file: `${R}listen:\n  - proxyProtocol: false` }, 'acr-proxy.yaml:3: listen[0]: needs address'],
  [
    { file: `${R}listen: { address: ":1", proxyProtocol: true }` },
    'acr-proxy.yaml:2: listen.proxyProtocol: needs trusted: the networks whose header is believed',
  ],
  [
    { file: `${R}listen: { address: ":1", trusted: 10.0.0.0/8 }` },
    'acr-proxy.yaml:2: listen.trusted: has a meaning only with proxyProtocol: true',
  ],
  [
    { file: `${R}listen: { address: ":1", trustd: 10.0.0.0/8 }` },
    'acr-proxy.yaml:2: listen.trustd: unknown key (did you mean "trusted"?)',
  ],
  [{ file: `${R}listen:\n  - ":80"\n  - 0.0.0.0:80` }, 'acr-proxy.yaml:4: listen: collides with :80'],
  [{ file: `${R}resolver: vpc` }, 'acr-proxy.yaml:2: resolver: expected a section of keys, got "vpc"'],
  [
    { file: `${R}resolver:\n  kind: vcp` },
    'acr-proxy.yaml:3: resolver.kind: expected public, vpc, cidr or module, got "vcp" (did you mean "vpc"?)',
  ],
  [{ file: `${R}resolver:\n  kind: cidr` }, 'acr-proxy.yaml:3: resolver.kind cidr needs resolver.routes'],
  [{ file: `${R}resolver:\n  kind: module` }, 'acr-proxy.yaml:3: resolver.kind module needs resolver.module'],
  [{ file: `${R}resolver:\n  module: ''` }, 'acr-proxy.yaml:3: resolver.module: must not be empty, got ""'],
  [{ file: `${R}resolver:\n  timeout: soon` }, `acr-proxy.yaml:3: resolver.timeout: ${DURATION}, got "soon"`],
  [{ file: `${R}resolver:\n  timeout: 0` }, 'acr-proxy.yaml:3: resolver.timeout: must be more than zero, got 0'],
  [
    { file: `${R}resolver:\n  minTtl: 10m` },
    'acr-proxy.yaml:3: resolver.minTtl (600s) must be at most resolver.maxTtl (300s)',
  ],
  [
    { file: `${R}resolver:\n  servers: dns.example.com` },
    'acr-proxy.yaml:3: resolver.servers: the address must be an IPv4 or IPv6 address, not a name, got "dns.example.com"',
  ],
  [
    { file: `${R}resolver:\n  kind: cidr\n  routes: [10.1.0.0/8]` },
    'acr-proxy.yaml:4: resolver.routes[0]: bits are set after the prefix: the network is 10.0.0.0/8, got "10.1.0.0/8"',
  ],
  [
    { file: `${R}resolver:\n  kind: cidr\n  routes: [10.0.0.0/8=fd00::1]` },
    'acr-proxy.yaml:4: resolver.routes[0]: must be of the same family as cidr, both IPv4 or both IPv6',
  ],
  [
    { file: `${R}resolver:\n  kind: cidr\n  routes:\n    - 10.0.0.0/8\n    - 10.0.0.0/8` },
    'acr-proxy.yaml:6: resolver.routes: 10.0.0.0/8 is there twice',
  ],
  [
    { file: `${R}resolver:\n  kind: cidr\n  routes: { cidr: 10.0.0.0/8, ports: { 443: 0 } }` },
    'acr-proxy.yaml:4: resolver.routes.ports.443: must be at least 1, got 0',
  ],
  [
    { file: `${R}resolver:\n  kind: cidr\n  routes: { cidr: 10.0.0.0/8, ports: { 22: 22 } }` },
    'acr-proxy.yaml:4: resolver.routes.ports.22: unknown key',
  ],
  [{ file: `${R}hosts:\n  a_b: 192.0.2.1` }, 'acr-proxy.yaml:3: hosts.a_b: the name contains "_"'],
  [{ file: `${R}hosts:\n  a.com: 192.0.2.1\n  A.com: 192.0.2.1` }, 'acr-proxy.yaml:4: hosts.A.com: is there twice'],
  [
    { file: `${R}hosts:\n  a.com:\n    - 192.0.2.1\n    - b.com` },
    'acr-proxy.yaml:5: hosts.a.com[1]: the address must be an IPv4 or IPv6 address, not a name, got "b.com"',
  ],
  [{ file: `${R}hosts: [a.com]` }, 'acr-proxy.yaml:2: hosts: expected a section of names'],
  [
    { file: `${R}hosts:\n  a.com: 192.0.2.1:0` },
    'acr-proxy.yaml:3: hosts.a.com: the port must be at least 1, got "192.0.2.1:0"',
  ],
  [{ file: `${R}allow:\n  instances:` }, 'acr-proxy.yaml:3: allow.instances: expected a list, got no value'],
  [
    { file: `${R}allow:\n  instances: acme.com` },
    'acr-proxy.yaml:3: allow.instances: expected the instance name alone, such as acme for acme-registry.cn-beijing.cr.aliyuncs.com, got "acme.com"',
  ],
  [
    { file: `${R}allow:\n  buckets: a.b` },
    'acr-proxy.yaml:3: allow.buckets: expected a bucket name alone, such as my-bucket, or "*" for any, got "a.b"',
  ],
  [
    { file: `${R}allow:\n  hosts: "*.com"` },
    'acr-proxy.yaml:3: allow.hosts: "*.com" admits a whole top-level domain: name at least two labels after "*.", got "*.com"',
  ],
  [
    { file: `${R}allow:\n  clients: everyone` },
    'acr-proxy.yaml:3: allow.clients: not an IP address or CIDR, got "everyone"',
  ],
  [{ file: `${R}ownAddresses: eth0` }, 'acr-proxy.yaml:2: ownAddresses: expected an IPv4 or IPv6 address, got "eth0"'],
  [
    { file: `${R}limits:\n  connections: 1.5` },
    'acr-proxy.yaml:3: limits.connections: expected a whole number, got 1.5',
  ],
  [
    { file: `${R}limits:\n  connections: 10\n  perClient: 20` },
    'acr-proxy.yaml:4: limits.perClient (20) must be at most limits.connections (10)',
  ],
  [
    { file: `${R}timeouts:\n  connect: 20s` },
    'acr-proxy.yaml:3: timeouts.connect (20s) must be at most timeouts.dial (15s)',
  ],
  [{ file: `${R}timeouts:\n  idle: 30d` }, 'acr-proxy.yaml:3: timeouts.idle: must be at most 24 days, got "30d"'],
  [{ file: '- cn-beijing' }, 'acr-proxy.yaml: expected a section of keys'],
  [{ file: `${R}region: cn-hangzhou` }, 'acr-proxy.yaml:2: duplicate key region'],
  [
    { env: { ACR_PROXY_REGION: 'cn-beijing', ACR_PROXY_LISTN: ':1' } },
    'ACR_PROXY_LISTN: unknown variable (did you mean "ACR_PROXY_LISTEN"?)',
  ],
  [
    { env: { ACR_PROXY_REGION: 'cn-beijing', ACR_PROXY_LIMITS_PEEKING: 'few' } },
    'ACR_PROXY_LIMITS_PEEKING: expected a number, got "few"',
  ],
  [{ file: R, flags: { listen: [':80', '443'] } }, `--listen: ${LISTEN}, got "443"`],
  [{ file: R, flags: { hosts: ['a.com'] } }, '--hosts: expected name=address or name=address:port, got "a.com"'],
  [
    { file: R, flags: { 'log-level': ['loud'] } },
    '--log-level: expected trace, debug, info, warn or error, got "loud"',
  ],
  [
    { file: R, env: { ACR_PROXY_DIAL_TIMEOUT: '1s' } },
    'ACR_PROXY_DIAL_TIMEOUT: timeouts.connect (5s) must be at most timeouts.dial (1s)',
  ],
]

for (const [given, problem] of cases) {
  test(`one fault, one line: ${problem}`, (t) => {
    assert.deepEqual(problems(t, given), [problem])
  })
}

test('all faults of all sources are told at once: those of the file by line, then variables, then flags', (t) => {
  const file = 'lisetn: 1\nlog:\n  level: loud\nresolver:\n  kind: vcp\nregion: beijing\nlog: {}\n'
  const env = { ACR_PROXY_LISTN: ':1', ACR_PROXY_IDLE_TIMEOUT: 'x' }
  const found = problems(t, { file, env, flags: { 'resolver-servers': ['1.1.1.1,x'] } })
  assert.deepEqual(
    found.map((line) => line.replace(/^([^: ]+(?::\d+)?): .*/, '$1')),
    [
      'acr-proxy.yaml:1',
      'acr-proxy.yaml:5',
      'acr-proxy.yaml:6',
      'acr-proxy.yaml:7',
      'ACR_PROXY_LISTN',
      'ACR_PROXY_IDLE_TIMEOUT',
      '--resolver-servers',
    ],
  )
})

test('a fault of the file is told also when a flag overrides the value', (t) => {
  const found = problems(t, { file: `${R}log: { level: loud }`, flags: { 'log-level': ['info'] } })
  assert.match(found.join('\n'), /^acr-proxy\.yaml:2: log\.level: .*"loud"$/)
})

test('a conflict is not told when one of its values is wrong anyway', (t) => {
  const found = problems(t, { file: `${R}timeouts: { connect: 20s, dial: x }` })
  assert.equal(found.length, 1)
})

test('of a key that is there twice the last value counts, and is the one traced', (t) => {
  const found = problems(t, { file: 'region: cn-beijing\nlog: {}\nlog:\n  level: loud\n' })
  assert.equal(found.length, 2)
  assert.equal(found[0], 'acr-proxy.yaml:3: duplicate key log')
  assert.match(found[1] ?? '', /^acr-proxy\.yaml:4: log\.level: /)
})

test('what the rest lacks is not told when the file could not be read', (t) => {
  const env = { ACR_PROXY_CONFIG: '/nowhere' }
  const found = problems(t, { env, flags: { resolver: ['cidr'], 'log-level': ['loud'] } })
  assert.equal(found.length, 2)
  assert.equal(found[0], '/nowhere: cannot be read: there is no such file')
  assert.match(found[1] ?? '', /^--log-level: /)
})

test('what is hostile in a value is escaped and cut', (t) => {
  const found = problems(t, { file: R, flags: { region: [`\u001b[31m${'x'.repeat(500)}`] } })
  assert.match(found.join('\n'), /^--region: expected a region id such as cn-beijing, got "\\u001b\[31mx+\.\.\.$/)
  assert.ok((found[0]?.length ?? 0) < 200)
})

test('the heading counts the problems and the hint says where to look', (t) => {
  assert.throws(() => load(t, { file: 'a: 1\nb: 2\nregion: cn-beijing' }), {
    name: 'UserError',
    exitCode: 1,
    message: 'the configuration has 2 problems\n  acr-proxy.yaml:1: a: unknown key\n  acr-proxy.yaml:2: b: unknown key',
    hint: /docs\/configuration\.md/,
  })
})
