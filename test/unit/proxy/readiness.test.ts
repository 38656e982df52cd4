import assert from 'node:assert/strict'
import test from 'node:test'
import { createGuard } from '../../../src/proxy/guard.ts'
import { createReadiness, readinessOf } from '../../../src/proxy/readiness.ts'
import { Refusal } from '../../../src/proxy/reject.ts'
import type { Candidate } from '../../../src/proxy/resolve/resolver.ts'
import { createRouter } from '../../../src/proxy/route/router.ts'

const RUNNING = { starting: false, draining: false, exhausted: false }

const VPC = ['registry-vpc', 'dockerauth-vpc'].map((label) => `${label}.cn-beijing.aliyuncs.com`)
const OSS = 'oss-cn-beijing-internal.aliyuncs.com'

interface Given {
  readonly kind?: 'public' | 'vpc' | 'cidr'
  readonly regions?: readonly string[]
  readonly fixed?: readonly string[]
  /** Answers by name; other names do not exist. */
  readonly zone: Readonly<Record<string, string>>
}

/** Readiness over a resolver that knows a zone, and the names it was asked for. */
function start({ kind = 'vpc', regions = ['cn-beijing'], fixed = [], zone }: Given) {
  const asked: string[] = []
  const check = createReadiness({
    regions,
    instances: undefined,
    fixed,
    kind,
    router: createRouter({ regions, instances: undefined, buckets: [], hosts: [] }),
    guard: createGuard({ routes: ['100.64.0.0/10'], ownAddresses: [], listensAt: () => false }),
    resolver: {
      resolve: async ({ host, port }) => {
        asked.push(host)
        const address = zone[host]
        if (address === undefined) throw new Refusal('resolve-failed', `${host}: the name does not exist`)
        const candidate: Candidate = { address, port, source: undefined, origin: kind }
        return { candidates: [candidate], stale: false }
      },
    },
  })
  return { asked, check }
}

const zoneOf = (names: readonly string[], address: string) => Object.fromEntries(names.map((name) => [name, address]))

test('one name of each role is asked for where it resolves', async () => {
  const { asked, check } = start({ zone: zoneOf([...VPC, OSS], '100.64.0.1') })
  assert.ok((await check()).every(({ ok }) => ok))
  assert.deepEqual(asked, [...VPC, OSS])
})

test('several that ask at once, or soon after each other, cost one look-up', async () => {
  const { asked, check } = start({ zone: {} })
  const [one, two] = await Promise.all([check(), check()])
  const count = asked.length
  assert.equal(one, two)
  assert.equal(await check(), one)
  assert.equal(asked.length, count)
})

test('another name of the role will do, and only an address that may be dialled', async () => {
  const other = 'dockerauth-ee-vpc.cn-beijing.aliyuncs.com'
  const { check } = start({ zone: { ...zoneOf([VPC[0] ?? '', other], '100.64.0.1'), [OSS]: '8.8.8.8' } })
  const checks = await check()
  assert.deepEqual(
    checks.map(({ role, host, ok }) => [role, host, ok]),
    [
      ['registry', VPC[0], true],
      ['auth', other, true],
      ['oss', OSS, false],
    ],
  )
  assert.match(checks[2]?.why ?? '', /8\.8\.8\.8 is neither in 100\.64\.0\.0\/10 nor a private address/)
})

test('a public resolver is asked for public names, a cidr one for either', async () => {
  const zone = zoneOf(
    ['registry', 'dockerauth', 'oss-cn-beijing'].map((label) =>
      label.startsWith('oss') ? `${label}.aliyuncs.com` : `${label}.cn-beijing.aliyuncs.com`,
    ),
    '8.8.8.8',
  )
  const open = start({ kind: 'public', zone })
  assert.ok((await open.check()).every(({ ok }) => ok))
  assert.deepEqual(open.asked, Object.keys(zone))
  const routed = start({ kind: 'cidr', zone: zoneOf(Object.keys(zone), '100.64.0.1') })
  assert.ok((await routed.check()).every(({ ok }) => ok))
})

test('every region needs its roles, and names with fixed addresses count', async () => {
  const fixed = ['acme-registry-vpc.cn-shanghai.cr.aliyuncs.com']
  const { check } = start({
    regions: ['cn-beijing', 'cn-shanghai'],
    fixed,
    zone: zoneOf([...VPC, OSS, ...fixed], '10.0.0.1'),
  })
  const { ready, missing } = readinessOf(await check(), RUNNING)
  assert.equal(ready, false)
  assert.deepEqual(missing, [
    'auth of cn-shanghai: dockerauth-vpc.cn-shanghai.aliyuncs.com: the name does not exist',
    'oss of cn-shanghai: oss-cn-shanghai-internal.aliyuncs.com: the name does not exist',
  ])
})

test('a proxy that starts, stops or has no descriptor left is not ready', () => {
  assert.equal(readinessOf([], RUNNING).ready, true)
  for (const state of ['starting', 'draining', 'exhausted']) {
    const { ready, missing } = readinessOf([], { ...RUNNING, [state]: true })
    assert.deepEqual([ready, missing.length], [false, 1])
  }
})
