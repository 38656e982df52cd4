import assert from 'node:assert/strict'
import test from 'node:test'
import type { Status } from '../../../src/admin/status.ts'
import { renderStatus } from '../../../src/cli/status-text.ts'

const NOW = 1_800_000_000_000
const REGISTRY = 'registry-vpc.cn-beijing.aliyuncs.com'

const status: Status = {
  version: '1.2.3',
  node: 'v20.20.2',
  pid: 4711,
  startedAt: NOW - 7_980_000,
  uptimeMs: 7_980_000,
  draining: false,
  readiness: { ready: true, missing: [], checks: [] },
  configuration: {
    region: ['cn-beijing'],
    resolver: { kind: 'vpc', servers: ['100.100.2.136:53', '100.100.2.138:53'], routes: [] },
    hosts: [],
    allow: { buckets: [], hosts: [] },
    timeouts: { peek: 1, connect: 1, dial: 1, idle: 1, drain: 1, handOver: 3_600_000 },
  },
  listeners: [
    { name: '[::]:443', proxyProtocol: true },
    { name: '[::]:80', proxyProtocol: false },
  ],
  limits: { connections: 9744, perClient: 4872, peeking: 4872 },
  open: 1,
  connections: [
    {
      conn: '7',
      client: '198.51.100.7',
      listener: '[::]:443',
      state: 'relaying',
      kind: 'tls',
      host: REGISTRY,
      role: 'registry',
      upstream: '100.103.9.188:443',
      ageMs: 65_000,
      bytesUp: 517,
      bytesDown: 64_000_000,
    },
  ],
  roles: [
    { role: 'registry', ended: 12, refused: 1, bytesUp: 34_000, bytesDown: 1_230_000_000 },
    { role: 'none', ended: 3, refused: 3, bytesUp: 0, bytesDown: 0 },
  ],
  hosts: [{ host: REGISTRY, role: 'registry', ended: 12, refused: 1, bytesUp: 34_000, bytesDown: 1_230_000_000 }],
  refusals: [
    {
      reason: 'no-name',
      hint: 'connect by host name, not by address',
      count: 3,
      latest: [{ at: NOW - 60_000, client: '198.51.100.9', host: undefined, why: 'the client named no host' }],
    },
  ],
  upstreams: [
    {
      address: '100.103.9.188:443',
      host: REGISTRY,
      connects: 12,
      failures: 1,
      lastMs: 1,
      meanMs: 1.26,
      lastError: 'ECONNREFUSED',
      failedAt: NOW,
      failing: true,
    },
  ],
  dns: { names: 4, hits: 8, misses: 4, stale: 0 },
}

test('a terminal shows all that is going on, in columns', () => {
  assert.equal(
    renderStatus(status, NOW),
    `acr-proxy 1.2.3 is ready: up 2h 13m, process 4711
region     cn-beijing
resolver   vpc, asks 100.100.2.136:53 and 100.100.2.138:53; names kept: 4
listeners  [::]:443 (PROXY header), [::]:80
open       1 of at most 9744

ROLE      ENDED  REFUSED     UP    DOWN
registry     12        1  34 kB  1.2 GB
none          3        3    0 B     0 B

HOST                                  ENDED  REFUSED     UP    DOWN
registry-vpc.cn-beijing.aliyuncs.com     12        1  34 kB  1.2 GB

OPEN  CLIENT        HOST                                  UPSTREAM           STATE       AGE     UP   DOWN
7     198.51.100.7  registry-vpc.cn-beijing.aliyuncs.com  100.103.9.188:443  relaying  1m 5s  517 B  64 MB

ADDRESS            HOST                                  CONNECTS  FAILURES    MEAN  NOW
100.103.9.188:443  registry-vpc.cn-beijing.aliyuncs.com        12         1  1.3 ms  ECONNREFUSED

REFUSED
no-name: 3; connect by host name, not by address
  1m ago, 198.51.100.9: the client named no host
`,
  )
})

test('what is missing stands first, and a proxy that stops is not called ready', () => {
  const missing = ['auth of cn-beijing: it does not exist']
  const text = renderStatus({ ...status, readiness: { ready: false, missing, checks: [] } }, NOW)
  assert.match(text, /^acr-proxy 1\.2\.3 is not ready: .*\nmissing {4}auth of cn-beijing: it does not exist\n/)
  assert.match(renderStatus({ ...status, draining: true }, NOW), /^acr-proxy 1\.2\.3 is stopping: /)
})

test('an earlier status makes throughput', () => {
  const roles = [{ role: 'registry', ended: 12, refused: 1, bytesUp: 30_000, bytesDown: 1_030_000_000 }]
  const before = { ...status, uptimeMs: status.uptimeMs - 2000, roles }
  assert.match(renderStatus(status, NOW, before), /^moving {5}2\.0 kB\/s up, 100 MB\/s down$/m)
})

test('a long list is cut, and the biggest connections are shown', () => {
  const [one] = status.connections
  assert.ok(one)
  const connections = Array.from({ length: 30 }, (_, index) => ({ ...one, conn: `c${index}`, bytesDown: index }))
  const text = renderStatus({ ...status, open: 500, connections }, NOW)
  assert.match(text, /^OPEN .*\nc29 /m)
  assert.match(text, /^c10 .*\n\.\.\. and 480 more$/m)
})

test('nothing that a peer chose acts on the terminal', () => {
  const [refusal] = status.refusals
  assert.ok(refusal)
  const latest = [{ at: NOW, client: '\u009b2J', host: undefined, why: '\u001b]0;owned\u0007\r' }]
  const text = renderStatus({ ...status, refusals: [{ ...refusal, latest }] }, NOW)
  assert.ok(text.includes('\ufffd]0;owned\ufffd\ufffd'))
  assert.doesNotMatch(text, /[^\P{Cc}\n]/u)
})
