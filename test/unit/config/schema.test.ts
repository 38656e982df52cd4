import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from './given.ts'

test('only the region is needed, the defaults are those of the documentation', (t) => {
  assert.deepEqual(load(t, { file: 'region: cn-beijing' }).config, {
    region: ['cn-beijing'],
    listen: [
      { host: undefined, port: 443, proxyProtocol: false, trusted: [] },
      { host: undefined, port: 80, proxyProtocol: false, trusted: [] },
    ],
    resolver: {
      kind: 'vpc',
      servers: [],
      routes: [],
      timeout: 2000,
      minTtl: 5000,
      maxTtl: 300_000,
      failureTtl: 2000,
      staleFor: 3_600_000,
    },
    hosts: {},
    allow: { buckets: [], hosts: [] },
    ownAddresses: [],
    engine: 'auto',
    limits: {},
    timeouts: { peek: 10_000, connect: 5000, dial: 15_000, idle: 600_000, drain: 30_000, handOver: 3_600_000 },
    admin: { listen: { host: '127.0.0.1', port: 9180 }, hosts: [] },
    log: { level: 'info', format: 'auto' },
  })
})

test('a listener may be text or a section, a list may be its only item', (t) => {
  const { config } = load(t, {
    file: `
region: [cn-beijing, cn-hangzhou]
listen:
  - 127.0.0.1:8443
  - "[::1]:443"
  - { address: ":80", proxyProtocol: true, trusted: 10.0.0.0/24 }
`,
  })
  assert.deepEqual(config.region, ['cn-beijing', 'cn-hangzhou'])
  assert.deepEqual(config.listen, [
    { host: '127.0.0.1', port: 8443, proxyProtocol: false, trusted: [] },
    { host: '::1', port: 443, proxyProtocol: false, trusted: [] },
    { host: undefined, port: 80, proxyProtocol: true, trusted: ['10.0.0.0/24'] },
  ])
})

test('servers have port 53 unless said', (t) => {
  const { config } = load(t, {
    file: 'region: cn-beijing\nresolver: { servers: [1.1.1.1, "1.1.1.1:5353", "2001:db8::1", "[2001:db8::2]:54"] }',
  })
  assert.deepEqual(config.resolver.servers, [
    { address: '1.1.1.1', port: 53 },
    { address: '1.1.1.1', port: 5353 },
    { address: '2001:db8::1', port: 53 },
    { address: '2001:db8::2', port: 54 },
  ])
})

test('routes may be text or sections with ports', (t) => {
  const { config } = load(t, {
    file: `
region: cn-beijing
resolver:
  kind: cidr
  routes:
    - 100.64.0.0/10=192.168.1.10
    - { cidr: 127.0.0.2, ports: { 443: 8443, 80: 8080 } }
`,
  })
  assert.deepEqual(config.resolver.routes, [
    { cidr: '100.64.0.0/10', source: '192.168.1.10', ports: {} },
    { cidr: '127.0.0.2/32', ports: { 443: 8443, 80: 8080 } },
  ])
})

test('fixed addresses are kept by normalised name, with their ports', (t) => {
  const { config } = load(t, {
    file: `
region: cn-beijing
hosts:
  Registry.Example.com.: 192.168.3.7
  b.example.com: ["192.168.3.8:8443", "[fd00::1]:443", "fd00::2"]
`,
  })
  assert.deepEqual(config.hosts, {
    'registry.example.com': [{ address: '192.168.3.7', port: undefined }],
    'b.example.com': [
      { address: '192.168.3.8', port: 8443 },
      { address: 'fd00::1', port: 443 },
      { address: 'fd00::2', port: undefined },
    ],
  })
})

test('what is allowed is kept as given; an empty list differs from none', (t) => {
  const { config } = load(t, {
    file: `
region: cn-beijing
allow: { instances: acme, buckets: "*", hosts: ["*.example.com"], clients: [] }
`,
  })
  assert.deepEqual(config.allow, { instances: ['acme'], buckets: ['*'], hosts: ['*.example.com'], clients: [] })
})

test('a section whose keys are all commented out is an empty section', (t) => {
  const { config } = load(t, { file: 'region: cn-beijing\nlimits:\n  # connections: 5\nlog:\n' })
  assert.deepEqual(config.limits, {})
  assert.equal(config.log.level, 'info')
})

test('zero is a duration where it turns something off', (t) => {
  const { config } = load(t, { file: 'region: cn-beijing\nresolver: { staleFor: 0 }\ntimeouts: { drain: 0s }' })
  assert.equal(config.resolver.staleFor, 0)
  assert.equal(config.timeouts.drain, 0)
})
