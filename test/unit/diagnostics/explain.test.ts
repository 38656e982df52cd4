import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { Flags } from '../../../src/config/environment-and-flags.ts'
import { explain, type Explanation } from '../../../src/diagnostics/explain.ts'
import { createPath } from '../../../src/diagnostics/path.ts'
import { parseTarget } from '../../../src/diagnostics/target.ts'
import { type DnsServer, startDns } from '../../region/dns.ts'
import { configured } from './configured.ts'

const REGISTRY = 'registry-vpc.cn-beijing.aliyuncs.com'

async function dnsWith(t: TestContext, ...addresses: readonly string[]): Promise<DnsServer> {
  const dns = await startDns(t, '127.0.0.1')
  dns.set(
    REGISTRY,
    addresses.map((data) => ({ type: 'A', ttl: 60, data })),
  )
  return dns
}

async function explained(text: string, dns: DnsServer, flags: Flags = {}): Promise<Explanation> {
  const loaded = configured({ 'resolver-servers': [`${dns.address}:${dns.port}`], ...flags })
  return explain(parseTarget(text), loaded, await createPath(loaded.config))
}

test('a carried name has its rule, role, resolver, addresses and what is dialled', async (t) => {
  const dns = await dnsWith(t, '100.103.9.188', '8.8.8.8')
  assert.deepEqual(await explained(`https://${REGISTRY}/v2/`, dns), {
    host: REGISTRY,
    port: 443,
    route: { rule: 'registry-vpc', role: 'registry', region: 'cn-beijing', network: 'vpc' },
    resolver: `vpc, asking 127.0.0.1:${dns.port}`,
    addresses: [
      { address: '100.103.9.188', target: '100.103.9.188:443', source: undefined, denied: undefined },
      {
        address: '8.8.8.8',
        target: '8.8.8.8:443',
        source: undefined,
        denied: { reason: 'address-denied', why: '8.8.8.8 is neither in 100.64.0.0/10 nor a private address' },
      },
    ],
    dials: ['100.103.9.188:443'],
    refused: undefined,
  })
})

test('a route says from where and to which port', async (t) => {
  const dns = await dnsWith(t, '100.103.9.188')
  const flags = { resolver: ['cidr'], 'resolver-routes': ['100.103.0.0/16=127.0.0.9'] }
  assert.deepEqual((await explained(`${REGISTRY}:80`, dns, flags)).dials, ['100.103.9.188:80 from 127.0.0.9'])
})

test('a name that is not admitted is not resolved', async (t) => {
  const dns = await dnsWith(t)
  const { refused, resolver } = await explained('registry-vpc.cn-shanghai.aliyuncs.com', dns)
  assert.deepEqual([refused?.reason, refused?.nearest[0], resolver], ['name-not-allowed', REGISTRY, undefined])
  assert.deepEqual(refused?.admit, [
    "--region 'cn-beijing,cn-shanghai'",
    'region: [cn-beijing, cn-shanghai] # now from --region',
  ])
  assert.equal(dns.queries('registry-vpc.cn-shanghai.aliyuncs.com'), 0)
})

for (const [text, reason] of [
  ['192.0.2.1', 'bad-name'],
  ['', 'bad-name'],
  [`${REGISTRY}:22`, 'port-not-allowed'],
  ['dockerauth-vpc.cn-beijing.aliyuncs.com', 'resolve-failed'],
] as const) {
  test(`"${text}" is refused as ${reason}, with a hint and nothing that would admit it`, async (t) => {
    const { refused, dials } = await explained(text, await dnsWith(t))
    assert.deepEqual([refused?.reason, refused?.admit, dials], [reason, [], []])
    assert.ok(refused?.hint !== '' && refused?.why !== '')
  })
}

/** Flags, the address that the name has, and what would admit it. */
const denied: readonly (readonly [Flags, string, readonly string[]])[] = [
  [{}, '8.8.8.8', ['--resolver public, or the -vpc or -internal name', `--hosts ${REGISTRY}=8.8.8.8`]],
  [{ resolver: ['public'] }, '10.0.0.9', ['--resolver vpc, or the public name', `--hosts ${REGISTRY}=10.0.0.9`]],
  [
    { resolver: ['cidr'], 'resolver-routes': ['10.0.0.0/8'] },
    '100.103.9.188',
    ['a route that holds 100.103.9.188 under resolver.routes', `--hosts ${REGISTRY}=100.103.9.188`],
  ],
  [{}, '100.100.100.200', []],
]

for (const [flags, address, admit] of denied) {
  test(`${address} is denied to a ${flags['resolver']?.[0] ?? 'vpc'} resolver, and what would admit it is told`, async (t) => {
    const { refused, route } = await explained(REGISTRY, await dnsWith(t, address), flags)
    assert.deepEqual([refused?.reason, refused?.admit, route?.role], ['address-denied', admit, 'registry'])
  })
}

test('an address at which this proxy listens is a loop', async (t) => {
  const dns = await dnsWith(t, '10.9.8.7')
  const { refused } = await explained(REGISTRY, dns, { 'own-addresses': ['10.9.8.7'] })
  assert.deepEqual([refused?.reason, refused?.admit], ['loop', []])
})
