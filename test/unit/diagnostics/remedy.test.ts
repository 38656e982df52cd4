import assert from 'node:assert/strict'
import test from 'node:test'
import { parse } from 'yaml'
import type { Flags } from '../../../src/config/environment-and-flags.ts'
import { remedyFor } from '../../../src/diagnostics/remedy.ts'
import { createCidrList } from '../../../src/proxy/cidr-list.ts'
import { createRouter } from '../../../src/proxy/route/router.ts'
import { load } from '../config/given.ts'
import { configured } from './configured.ts'

const ELSEWHERE = 'registry-vpc.cn-shanghai.aliyuncs.com'

function remedied(
  host: string | undefined,
  client: string,
  reason: Parameters<typeof remedyFor>[0]['reason'],
  flags: Flags = {},
) {
  return remedyFor({ reason, client, host }, configured(flags))
}

test('a refused name has names that may have been meant, and a change as flags and as lines', () => {
  assert.deepEqual(remedied(ELSEWHERE, '192.0.2.1', 'name-not-allowed', { 'allow-buckets': ['*'] }), {
    nearest: ['registry-vpc.cn-beijing.aliyuncs.com'],
    change: {
      flags: "--region 'cn-beijing,cn-shanghai'",
      lines: 'region: [cn-beijing, cn-shanghai] # now from --region',
    },
  })
})

for (const host of [ELSEWHERE, 'hub.example.com', '123.oss-cn-beijing-internal.aliyuncs.com']) {
  test(`the lines for ${host} load, and admit it`, (t) => {
    const lines = remedied(host, '192.0.2.1', 'name-not-allowed')?.change?.lines
    assert.ok(lines !== undefined)
    const file = lines.startsWith('region:') ? lines : `region: cn-beijing\n${lines}`
    const { region, allow } = load(t, { file }).config
    assert.ok(createRouter({ ...allow, regions: region, instances: allow.instances }).route(host, 443).ok)
  })
}

for (const client of ['198.51.100.7', '2001:db8::7', '2001:db8::']) {
  test(`the lines for the client ${client} load, and admit it besides those that are served`, (t) => {
    const lines = remedied(undefined, client, 'client-not-allowed', { 'allow-clients': ['10.0.0.0/8'] })?.change?.lines
    const { allow } = load(t, { file: `region: cn-beijing\n${lines}` }).config
    assert.ok(allow.clients !== undefined)
    const list = createCidrList(allow.clients)
    assert.deepEqual(
      [client, '10.1.2.3', '192.0.2.1'].map((address) => list.has(address)),
      [true, true, false],
    )
  })
}

test('a name that is no list of the configuration has no remedy', () => {
  for (const reason of ['resolve-failed', 'no-name', 'too-many-connections', 'loop'] as const)
    assert.equal(remedied(ELSEWHERE, '192.0.2.1', reason), undefined)
  assert.equal(remedied(undefined, '192.0.2.1', 'name-not-allowed'), undefined)
})

test('the lines are YAML even where a name looks like a number', () => {
  const lines = remedied('123.oss-cn-beijing-internal.aliyuncs.com', '192.0.2.1', 'name-not-allowed')?.change?.lines
  assert.deepEqual(parse(lines ?? ''), { allow: { buckets: ['123'] } })
})
