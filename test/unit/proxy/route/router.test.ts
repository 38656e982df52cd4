import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { createRouter } from '../../../../src/proxy/route/router.ts'
import type { RouterOptions } from '../../../../src/proxy/route/router.ts'

const base: RouterOptions = { regions: ['cn-beijing'], instances: undefined, buckets: [], hosts: [] }

/** The rule that admits the host, or the reason it is refused for. */
function decide(host: string, options: Partial<RouterOptions> = {}, port = 443): string {
  const result = createRouter({ ...base, ...options }).route(host, port)
  return result.ok ? result.route.rule : result.why
}

test('a route tells everything that is known of the name', () => {
  const router = createRouter(base)
  assert.deepEqual(router.route('registry-vpc.cn-beijing.aliyuncs.com', 443), {
    ok: true,
    route: {
      host: 'registry-vpc.cn-beijing.aliyuncs.com',
      port: 443,
      role: 'registry',
      region: 'cn-beijing',
      network: 'vpc',
      rule: 'registry-vpc',
    },
  })
})

test('the names of a configured region are admitted by their form', () => {
  const rows: readonly (readonly [label: string, rule: string])[] = [
    ['registry.cn-beijing', 'registry'],
    ['dockerauth-ee-vpc.cn-beijing', 'dockerauth-ee-vpc'],
    ['registry-cn-beijing-vpc.ack', 'ack-vpc'],
    ['acme-registry-vpc.cn-beijing.cr', 'ee-registry-vpc'],
    ['acme-chart.cn-beijing.cr', 'ee-chart'],
    ['crpi-1a2b-vpc.cn-beijing.personal.cr', 'personal-vpc'],
    ['oss-cn-beijing-internal', 'oss-internal'],
    ['aliregistry-cn-beijing.oss-cn-beijing', 'oss-bucket'],
    ['cri-1a2b-registry.oss-cn-beijing-internal', 'oss-bucket-internal'],
    ['cr.cn-beijing', 'cr'],
  ]
  for (const [label, rule] of rows) {
    assert.equal(decide(`${label}.aliyuncs.com`), rule)
    assert.equal(decide(`${label}.aliyuncs.com`, {}, 80), rule)
  }
})

test('no port besides 443 and 80 is carried, whatever the name', () => {
  const router = createRouter({ ...base, hosts: ['registry.example.com'] })
  for (const host of ['registry.cn-beijing.aliyuncs.com', 'registry.example.com', 'evil.example']) {
    for (const port of [0, 22, 8080, 8443, 65_535, -1, Number.NaN]) {
      const result = router.route(host, port)
      assert.ok(!result.ok && result.reason === 'port-not-allowed' && result.why.includes(String(port)))
    }
  }
})

test('a name of another region is refused with the region and the key that would admit it', () => {
  const router = createRouter(base)
  for (const host of ['registry.cn-shanghai.aliyuncs.com', 'aliregistry.oss-cn-shanghai.aliyuncs.com']) {
    assert.deepEqual(router.route(host, 443), {
      ok: false,
      reason: 'name-not-allowed',
      why: `${host}: region cn-shanghai is not configured; to admit it, add cn-shanghai to "region" in the proxy's configuration`,
    })
  }
})

test('several regions are carried at once, aliases with the region they stand for', () => {
  const regions = ['cn-beijing', 'cn-hangzhou', 'cn-shenzhen-finance-1']
  assert.equal(decide('registry.cn-hangzhou.aliyuncs.com', { regions }), 'registry')
  assert.equal(decide('registry.aliyuncs.com', { regions }), 'registry-alias')
  assert.equal(decide('aliregistry.oss-cn-szfinance.aliyuncs.com', { regions }), 'oss-bucket')
  assert.match(decide('registry.aliyuncs.com'), /region cn-hangzhou is not configured/)
})

test('a region the table does not have works by the formula once configured', () => {
  const regions = ['xx-newplace-7']
  assert.equal(decide('acme-registry.xx-newplace-7.cr.aliyuncs.com', { regions }), 'ee-registry')
  assert.equal(decide('oss-xx-newplace-7-internal.aliyuncs.com', { regions }), 'oss-internal')
})

test('a list of instances narrows Enterprise and personal registries, and nothing else', () => {
  const options = { instances: ['acme', 'crpi-1a2b'] }
  assert.equal(decide('acme-registry.cn-beijing.cr.aliyuncs.com', options), 'ee-registry')
  assert.equal(decide('acme-chart-vpc.cn-beijing.cr.aliyuncs.com', options), 'ee-chart-vpc')
  assert.equal(decide('crpi-1a2b.cn-beijing.personal.cr.aliyuncs.com', options), 'personal')
  assert.equal(decide('registry.cn-beijing.aliyuncs.com', options), 'registry')
  assert.equal(decide('dockerauth-ee.cn-beijing.aliyuncs.com', options), 'dockerauth-ee')
  assert.match(
    decide('other-registry.cn-beijing.cr.aliyuncs.com', options),
    /instance other is not listed; to admit it, add other to "allow\.instances"/,
  )
  assert.match(decide('crpi-9z.cn-beijing.personal.cr.aliyuncs.com', options), /instance crpi-9z is not listed/)
  assert.match(decide('acme-registry.cn-beijing.cr.aliyuncs.com', { instances: [] }), /instance acme is not listed/)
  assert.match(decide('acme-registry.cn-shanghai.cr.aliyuncs.com', options), /region cn-shanghai/)
})

test("buckets that are not ACR's are refused unless listed", () => {
  const host = 'mine.oss-cn-beijing.aliyuncs.com'
  assert.match(decide(host), /bucket mine is not listed; to admit it, add mine to "allow\.buckets"/)
  assert.match(decide('xaliregistry.oss-cn-beijing.aliyuncs.com'), /bucket xaliregistry is not listed/)
  assert.equal(decide(host, { buckets: ['mine'] }), 'allow.buckets: mine')
  assert.equal(decide(host, { buckets: ['mine', '*'] }), 'allow.buckets: mine')
  assert.equal(decide(host, { buckets: ['*'] }), 'allow.buckets: *')
  assert.match(decide('mine.oss-cn-shanghai.aliyuncs.com', { buckets: ['*'] }), /region cn-shanghai/)
  assert.equal(decide('aliregistry-cn-beijing.oss-cn-beijing.aliyuncs.com', { buckets: ['*'] }), 'oss-bucket')
})

test('acceleration endpoints are carried only if they are among the listed hosts', () => {
  const host = 'cri-1a2b-registry.oss-accelerate.aliyuncs.com'
  assert.match(decide(host, { regions: ['cn-beijing', 'accelerate-overseas'], buckets: ['*'] }), /not a name of ACR/)
  assert.equal(decide(host, { hosts: ['*.oss-accelerate.aliyuncs.com'] }), 'allow.hosts: *.oss-accelerate.aliyuncs.com')
})

test('a listed host is admitted whole, and takes its role from its shape', () => {
  const hosts = ['Registry.Example.com.', 'dockerauth.cn-shanghai.aliyuncs.com']
  const router = createRouter({ ...base, hosts })
  const custom = router.route('registry.example.com', 443)
  assert.ok(custom.ok)
  assert.deepEqual(custom.route, {
    host: 'registry.example.com',
    port: 443,
    role: 'custom',
    region: undefined,
    network: undefined,
    rule: 'allow.hosts: registry.example.com',
  })
  const auth = router.route('dockerauth.cn-shanghai.aliyuncs.com', 443)
  assert.ok(auth.ok)
  assert.deepEqual([auth.route.role, auth.route.region], ['auth', 'cn-shanghai'])
  assert.match(decide('a.registry.example.com', { hosts }), /not a name of ACR/)
  assert.match(decide('example.com', { hosts }), /not a name of ACR/)
})

test('a suffix admits any depth below it by the longest entry, not itself and not its look-alikes', () => {
  const hosts = ['*.example.com', '*.eu.example.com']
  assert.equal(decide('a.example.com', { hosts }), 'allow.hosts: *.example.com')
  assert.equal(decide('a.b.example.com', { hosts }), 'allow.hosts: *.example.com')
  assert.equal(decide('eu.example.com', { hosts }), 'allow.hosts: *.example.com')
  assert.equal(decide('a.b.eu.example.com', { hosts }), 'allow.hosts: *.eu.example.com')
  for (const host of ['example.com', 'notexample.com', 'a.example.com.evil.com', 'a.notexample.com']) {
    assert.match(decide(host, { hosts }), /not a name of ACR/, host)
  }
})

test('exact entries come before the shape of ACR, and that before a suffix', () => {
  const host = 'registry.cn-beijing.aliyuncs.com'
  assert.equal(decide(host, { hosts: [host, '*.aliyuncs.com'] }), `allow.hosts: ${host}`)
  assert.equal(decide(host, { hosts: ['*.cn-beijing.aliyuncs.com'] }), 'registry')
  const hosts = ['*.oss-cn-beijing.aliyuncs.com']
  assert.equal(decide('mine.oss-cn-beijing.aliyuncs.com', { hosts }), 'allow.hosts: *.oss-cn-beijing.aliyuncs.com')
})

test('names that only look allowed are refused', () => {
  const hosts = ['registry.example.com', '*.example.org']
  const names = [
    '',
    'registry-vpc.cn-beijing.aliyuncs.com.evil.com',
    'evilregistry.cn-beijing.aliyuncs.com',
    'registry.cn-beijing.aliyuncs.com\0',
    'registry.example.com\0.evil.com',
    'registry.example.com.evil.com',
    'a.example.org.evil.com',
    '*.example.com',
    'aliyuncs.com',
    'ecs.cn-beijing.aliyuncs.com',
  ]
  for (const name of names) assert.match(decide(name, { hosts }), /not a name of ACR/, name)
})

test('a refusal names none of the configured entries', () => {
  const options = { instances: ['secret'], buckets: ['secret'], hosts: ['secret.example', '*.secret.example'] }
  for (const label of ['other-registry.cn-beijing.cr', 'b.oss-cn-beijing', 'registry.cn-shanghai', 'x']) {
    const why = decide(`${label}.aliyuncs.com`, options)
    assert.match(why, /to admit it/)
    assert.doesNotMatch(why, /secret/)
  }
})

test('an entry of hosts that is not a pattern cannot become a router', () => {
  assert.throws(() => createRouter({ ...base, hosts: ['*.com'] }), /^TypeError: "\*\.com": .*top-level domain/)
})

test('no name throws, and with no listed hosts only names under aliyuncs.com pass', () => {
  const router = createRouter({ ...base, buckets: ['*'] })
  const label = fc.constantFrom(
    'registry',
    'a-registry',
    'b',
    'cn-beijing',
    'cr',
    'oss-cn-beijing',
    'aliyuncs',
    'com',
    'evil',
  )
  const hosts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(label, { maxLength: 7 }).map((labels) => labels.join('.')),
  )
  fc.assert(
    fc.property(hosts, fc.constantFrom(443, 80, 8443), (host, port) => {
      const result = router.route(host, port)
      if (result.ok) assert.ok(port !== 8443 && /^[a-z0-9.-]+\.aliyuncs\.com$/.test(host))
    }),
    { numRuns: 2000 },
  )
})
