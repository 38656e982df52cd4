import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { load } from './given.ts'

test('flags win over the environment, the environment over the file, the file over the defaults', (t) => {
  const { config, sources } = load(t, {
    file: 'region: cn-beijing\nlog:\n  level: warn\ntimeouts: { idle: 1m, peek: 3s }\n',
    env: { ACR_PROXY_LOG_LEVEL: 'error', ACR_PROXY_IDLE_TIMEOUT: '2m' },
    flags: { 'log-level': ['debug'] },
  })
  assert.equal(config.log.level, 'debug')
  assert.equal(config.timeouts.idle, 120_000)
  assert.equal(config.timeouts.peek, 3000)
  assert.equal(config.timeouts.dial, 15_000)
  assert.deepEqual(sources['log.level'], { from: 'flag', flag: 'log-level' })
  assert.deepEqual(sources['timeouts.idle'], { from: 'environment', name: 'ACR_PROXY_IDLE_TIMEOUT' })
  assert.deepEqual(sources['timeouts.dial'], { from: 'default' })
})

test('a value of the file is traced to its line', (t) => {
  const { sources, folder } = load(t, { file: '# a comment\nregion:\n  - cn-beijing\nlog:\n\n  level: warn\n' })
  const file = join(folder, 'acr-proxy.yaml')
  assert.deepEqual(sources['region'], { from: 'file', file, line: 2 })
  assert.deepEqual(sources['log.level'], { from: 'file', file, line: 6 })
})

test('a list of a flag replaces the one of the file', (t) => {
  const { config } = load(t, { file: 'region: cn-beijing\nlisten: [":1", ":2"]', flags: { listen: [':3,:4', ':5'] } })
  assert.deepEqual(
    config.listen.map(({ port }) => port),
    [3, 4, 5],
  )
})

test('everything can come from the environment', (t) => {
  const { config, file } = load(t, {
    env: {
      ACR_PROXY_REGION: 'cn-beijing, cn-hangzhou',
      ACR_PROXY_HOSTS: 'a.example.com=192.0.2.1,a.example.com=192.0.2.2:8443',
      ACR_PROXY_RESOLVER: 'cidr',
      ACR_PROXY_RESOLVER_ROUTES: '10.0.0.0/8=10.1.1.1,fd00::/8',
      ACR_PROXY_LIMITS_CONNECTIONS: '1000',
      ACR_PROXY_DRAIN_TIMEOUT: '5',
    },
  })
  assert.equal(file, undefined)
  assert.deepEqual(config.region, ['cn-beijing', 'cn-hangzhou'])
  assert.deepEqual(config.hosts, {
    'a.example.com': [
      { address: '192.0.2.1', port: undefined },
      { address: '192.0.2.2', port: 8443 },
    ],
  })
  assert.deepEqual(config.resolver.routes, [
    { cidr: '10.0.0.0/8', source: '10.1.1.1', ports: {} },
    { cidr: 'fd00::/8', ports: {} },
  ])
  assert.equal(config.limits.connections, 1000)
  assert.equal(config.timeouts.drain, 5000)
})

test('an empty variable counts as not set', (t) => {
  const { config } = load(t, { file: 'region: cn-beijing', env: { ACR_PROXY_REGION: '', ACR_PROXY_CONFIG: '' } })
  assert.deepEqual(config.region, ['cn-beijing'])
})

test('variables that Kubernetes makes for a Service called acr-proxy are not ours', (t) => {
  const env = {
    ACR_PROXY_SERVICE_HOST: '10.96.0.7',
    ACR_PROXY_SERVICE_PORT: '443',
    ACR_PROXY_SERVICE_PORT_HTTPS: '443',
    ACR_PROXY_PORT: 'tcp://10.96.0.7:443',
    ACR_PROXY_PORT_443_TCP: 'tcp://10.96.0.7:443',
    ACR_PROXY_PORT_443_TCP_PROTO: 'tcp',
    ACR_PROXY_PORT_443_TCP_PORT: '443',
    ACR_PROXY_PORT_443_TCP_ADDR: '10.96.0.7',
  }
  assert.deepEqual(load(t, { file: 'region: cn-beijing', env }).warnings, [])
})

test('the file is the one of --config, else of ACR_PROXY_CONFIG, else the one at the default place', (t) => {
  const defaultFile = 'region: cn-default'
  const { folder, ...byDefault } = load(t, { defaultFile })
  assert.deepEqual(byDefault.config.region, ['cn-default'])
  assert.equal(byDefault.file, join(folder, 'default.yaml'))

  const byFlag = load(t, { defaultFile, file: 'region: cn-flag', env: { ACR_PROXY_CONFIG: '/nowhere' } })
  assert.deepEqual(byFlag.config.region, ['cn-flag'])

  assert.throws(() => load(t, { defaultFile, env: { ACR_PROXY_CONFIG: '/nowhere' } }), /\/nowhere: cannot be read/)
})

test('a module path of a file is relative to the file', (t) => {
  const file = 'region: cn-beijing\nresolver: { kind: module, module: ./mine.mjs }'
  const { config, folder } = load(t, { file })
  assert.equal(config.resolver.module, join(folder, 'mine.mjs'))

  const flagged = load(t, { file, flags: { 'resolver-module': ['./mine.mjs'] } })
  assert.equal(flagged.config.resolver.module, join(process.cwd(), 'mine.mjs'))
})
