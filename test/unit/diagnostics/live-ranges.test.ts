import assert from 'node:assert/strict'
import test from 'node:test'
import type { Flags } from '../../../src/config/environment-and-flags.ts'
import { liveRanges } from '../../../src/diagnostics/live-ranges.ts'
import { type DnsServer, startDns } from '../../region/dns.ts'
import { configured } from './configured.ts'

const REGISTRY = 'registry-vpc.cn-beijing.aliyuncs.com'
const AUTH = 'dockerauth-vpc.cn-beijing.aliyuncs.com'
const OSS = 'oss-cn-beijing-internal.aliyuncs.com'

function point(dns: DnsServer, name: string, ...addresses: readonly string[]): void {
  dns.set(
    name,
    addresses.map((data) => ({ type: 'A', ttl: 60, data })),
  )
}

function live(dns: DnsServer, flags: Flags = {}) {
  return liveRanges(configured({ 'resolver-servers': [`${dns.address}:${dns.port}`], ...flags }).config)
}

test('a registry is routed by its address, the authorization service by the /16 around it, each with its source', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  point(dns, REGISTRY, '100.103.9.188')
  point(dns, AUTH, '100.104.7.5')
  point(dns, OSS, '100.118.58.9')
  const { ranges, warnings, missing } = await live(dns)
  assert.deepEqual(
    ranges.map(({ cidr, purpose, source }) => [cidr, purpose, source]),
    [
      ['100.103.9.188/32', 'registry', `${REGISTRY} = 100.103.9.188`],
      ['100.104.0.0/16', 'auth', `${AUTH} = 100.104.7.5`],
      ['100.118.58.9/32', 'oss', `${OSS} = 100.118.58.9`],
    ],
  )
  assert.deepEqual([warnings, missing], [[], []])
})

test('an address that no internal name can have makes a warning and no route', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  point(dns, REGISTRY, '100.103.9.188', '100.100.100.200', '8.8.8.8')
  point(dns, AUTH, '10.1.2.3')
  point(dns, OSS, '100.90.0.1')
  const { ranges, warnings } = await live(dns)
  assert.deepEqual(
    ranges.map(({ cidr }) => cidr),
    // A private address says nothing of its neighbours: it is not widened.
    ['100.103.9.188/32', '10.1.2.3/32', '100.90.0.1/32'],
  )
  assert.deepEqual(warnings, [
    `${REGISTRY}: 100.100.100.200 is never dialled; left out`,
    `${REGISTRY}: 8.8.8.8 is neither in 100.64.0.0/10 nor a private address; left out`,
    `${OSS} = 100.90.0.1 is in no known range of OSS in cn-beijing`,
  ])
})

test('a service without any name that resolves is missing; an instance that was named is told of', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  point(dns, REGISTRY, '100.103.9.188')
  point(dns, OSS, '100.118.58.9')
  const { warnings, missing } = await live(dns, { 'allow-instances': ['acme'] })
  assert.deepEqual(missing, [`auth of cn-beijing: ${AUTH}: the name does not exist`])
  assert.deepEqual(warnings, ['acme-registry-vpc.cn-beijing.cr.aliyuncs.com: the name does not exist'])
})

test('fixed addresses count, and public names are not asked', async (t) => {
  const dns = await startDns(t, '127.0.0.1')
  const { ranges } = await live(dns, {
    'allow-instances': ['acme'],
    hosts: ['acme-registry-vpc.cn-beijing.cr.aliyuncs.com=192.168.3.7:8443'],
  })
  assert.deepEqual(
    ranges.map(({ cidr, source }) => [cidr, source]),
    [['192.168.3.7/32', 'acme-registry-vpc.cn-beijing.cr.aliyuncs.com = 192.168.3.7 (hosts)']],
  )
  assert.ok(dns.queries(REGISTRY) > 0)
  assert.equal(dns.queries('registry.cn-beijing.aliyuncs.com'), 0)
})
