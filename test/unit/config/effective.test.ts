import assert from 'node:assert/strict'
import test from 'node:test'
import { renderEffective } from '../../../src/config/effective.ts'
import { options } from '../../../src/config/options.ts'
import { load } from './given.ts'

test('what is printed loads as the same configuration', (t) => {
  const first = load(t, {
    file: `
region: cn-beijing
listen: ["127.0.0.1:8443", { address: "[::1]:80", proxyProtocol: true, trusted: 10.0.0.0/8 }]
resolver: { kind: cidr, routes: [10.0.0.0/8=10.1.1.1, { cidr: 127.0.0.2, ports: { 443: 8443 } }], timeout: 1.5s }
allow: { instances: [acme], buckets: "*", clients: [] }
limits: { connections: 10 }
`,
    env: { ACR_PROXY_IDLE_TIMEOUT: '90' },
    flags: { hosts: ['a.example.com=192.0.2.1,a.example.com=[fd00::1]:8443'] },
  })
  const second = load(t, { file: renderEffective(first) })
  assert.deepEqual(second.config, first.config)
})

test('every option has a line that says where its value comes from', (t) => {
  const loaded = load(t, { file: 'region: cn-beijing\nlog:\n  level: warn\n', flags: { 'drain-timeout': ['1s'] } })
  const lines = renderEffective(loaded).split('\n')
  assert.equal(lines.filter((line) => line.includes('# from ')).length, options.length)
  assert.ok(lines.some((line) => /^ {2}level: warn +# from \S*acr-proxy\.yaml:3$/.test(line)))
  assert.ok(lines.some((line) => /^ {2}drain: 1s +# from --drain-timeout$/.test(line)))
  assert.ok(lines.some((line) => /^ {2}# clients: any +# from default$/.test(line)))
})
