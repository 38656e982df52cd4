import assert from 'node:assert/strict'
import test from 'node:test'
import { clientNames, namesFor, sayWildcard } from '../../../src/diagnostics/client-names.ts'
import type { Which } from '../../../src/diagnostics/client-names.ts'
import type { Flags } from '../../../src/config/environment-and-flags.ts'
import { createRouter } from '../../../src/proxy/route/router.ts'
import { configured } from './configured.ts'

function exact(flags: Flags, which: Which = 'internal'): readonly string[] {
  return clientNames(configured(flags).config, which).exact.map(({ host }) => host)
}

test('a proxy in a VPC is given the internal names, one for the internet the public ones', () => {
  const kinds = ['vpc', 'cidr', 'public', 'module'] as const
  assert.deepEqual(kinds.map(namesFor), ['internal', 'internal', 'public', 'all'])
  const internal = exact({})
  const open = exact({}, 'public')
  assert.ok(internal.includes('registry-vpc.cn-beijing.aliyuncs.com'))
  assert.ok(internal.includes('oss-cn-beijing-internal.aliyuncs.com'))
  assert.ok(internal.includes('aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com'))
  assert.ok(!internal.some((host) => open.includes(host)))
  assert.ok(open.includes('dockerauth.cn-beijing.aliyuncs.com') && open.includes('oss-cn-beijing.aliyuncs.com'))
  assert.deepEqual(exact({}, 'all').length, internal.length + open.length)
})

test('named instances, buckets, hosts and fixed addresses are among the names, in every region', () => {
  const hosts = exact({
    region: ['cn-beijing,cn-shanghai'],
    'allow-instances': ['acme'],
    'allow-buckets': ['mine'],
    'allow-hosts': ['registry.example.com,*.example.org'],
    hosts: ['a.example.org=192.0.2.1', 'not.admitted.example=192.0.2.1'],
  })
  for (const host of [
    'acme-registry-vpc.cn-beijing.cr.aliyuncs.com',
    'acme-chart-vpc.cn-shanghai.cr.aliyuncs.com',
    'mine.oss-cn-shanghai-internal.aliyuncs.com',
    'registry.example.com',
    'a.example.org',
  ])
    assert.ok(hosts.includes(host), host)
  assert.ok(!hosts.includes('not.admitted.example'))
})

test('instances that are named leave no wildcard of instances', () => {
  const wildcards = (flags: Flags) => clientNames(configured(flags).config, 'internal').wildcards.map(sayWildcard)
  assert.deepEqual(wildcards({ 'allow-instances': ['acme'], 'allow-hosts': ['*.example.org'] }), [
    'aliregistry*.oss-cn-beijing-internal.aliyuncs.com',
    'cri-*-registry.oss-cn-beijing-internal.aliyuncs.com',
    '*.example.org',
  ])
  assert.ok(wildcards({}).includes('*-registry-vpc.cn-beijing.cr.aliyuncs.com'))
})

test('the router admits every name, and a name of every wildcard', () => {
  const { config } = configured({ 'allow-buckets': ['mine,*'], 'allow-hosts': ['*.example.org'] })
  const router = createRouter({ ...config.allow, regions: config.region, instances: config.allow.instances })
  const { exact, wildcards } = clientNames(config, 'all')
  const hosts = [...exact.map(({ host }) => host), ...wildcards.map(({ before, after }) => `${before}q7${after}`)]
  assert.ok(hosts.length > 20)
  assert.deepEqual(
    hosts.filter((host) => !router.route(host, 443).ok),
    [],
  )
})
