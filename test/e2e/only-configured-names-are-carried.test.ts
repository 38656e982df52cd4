import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { ask } from './ask.ts'
import { startCarried } from './carried.ts'
import { alert, UNRECOGNIZED_NAME } from './goodbyes.ts'
import { helloFor } from './hellos.ts'
import { logged, pick } from './logged.ts'
import { serve, SERVED } from './served.ts'

interface Rules {
  readonly region?: readonly string[]
  readonly allow?: object
}

/** Asks a proxy with these rules for each name: those of `carried` must be served, those of `refused` not, and for the reason given. */
async function check(
  t: TestContext,
  rules: Rules,
  { carried, refused }: { carried: Readonly<Record<string, object>>; refused: Readonly<Record<string, RegExp>> },
): Promise<void> {
  const names = [...Object.keys(carried), ...Object.keys(refused)]
  const { proxy } = await startCarried(t, serve, { config: rules, names })
  for (const [name, keys] of Object.entries(carried)) {
    const before = proxy.log.length
    assert.equal((await ask(t, proxy.endpoint, helloFor(name))).bytes.toString(), SERVED, name)
    assert.deepEqual(pick(await logged(proxy, 'connection', before), 'host', ...Object.keys(keys)), {
      host: name,
      ...keys,
    })
  }
  for (const [name, why] of Object.entries(refused)) {
    const before = proxy.log.length
    assert.deepEqual((await ask(t, proxy.endpoint, helloFor(name))).bytes, alert(UNRECOGNIZED_NAME), name)
    const line = await logged(proxy, 'refused', before)
    assert.deepEqual(pick(line, 'host', 'reason'), { host: name, reason: 'name-not-allowed' })
    assert.match(String(line['why']), why)
  }
}

test('several regions are carried at once, and a name of a third is refused with what would admit it', (t) =>
  check(
    t,
    { region: ['cn-beijing', 'cn-hangzhou'] },
    {
      carried: {
        'registry-vpc.cn-beijing.aliyuncs.com': { region: 'cn-beijing', role: 'registry' },
        'dockerauth-vpc.cn-hangzhou.aliyuncs.com': { region: 'cn-hangzhou', role: 'auth' },
        'registry.aliyuncs.com': { region: 'cn-hangzhou', role: 'registry' },
      },
      refused: {
        'registry-vpc.cn-shanghai.aliyuncs.com': /region cn-shanghai is not configured; .*cn-shanghai to "region"/,
      },
    },
  ))

test('instances may be narrowed, which the default instance and the authorization service do not notice', (t) =>
  check(
    t,
    { allow: { instances: ['acme'] } },
    {
      carried: {
        'acme-registry-vpc.cn-beijing.cr.aliyuncs.com': { rule: 'ee-registry-vpc' },
        'acme-chart.cn-beijing.cr.aliyuncs.com': { role: 'chart' },
        'registry-vpc.cn-beijing.aliyuncs.com': { rule: 'registry-vpc' },
        'dockerauth-ee-vpc.cn-beijing.aliyuncs.com': { role: 'auth' },
      },
      refused: {
        'other-registry-vpc.cn-beijing.cr.aliyuncs.com': /instance other is not listed; .*other to "allow\.instances"/,
        'acme-registry-vpc.cn-beijing.cr.aliyuncs.com.evil.example': /not a name of ACR/,
      },
    },
  ))

test("ACR's own buckets are carried, another only when it is named", (t) =>
  check(
    t,
    { allow: { buckets: ['mine'] } },
    {
      carried: {
        'aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com': { role: 'oss', rule: 'oss-bucket-internal' },
        'cri-abc-registry.oss-cn-beijing.aliyuncs.com': { rule: 'oss-bucket' },
        'mine.oss-cn-beijing-internal.aliyuncs.com': { rule: 'allow.buckets: mine' },
      },
      refused: {
        'yours.oss-cn-beijing-internal.aliyuncs.com': /bucket yours is not listed; .*yours to "allow\.buckets"/,
        'mine.oss-cn-shanghai-internal.aliyuncs.com': /region cn-shanghai is not configured/,
      },
    },
  ))

test('further hosts are carried by their exact name or below a suffix', (t) =>
  check(
    t,
    { allow: { hosts: ['registry.example.com', '*.images.example.com'] } },
    {
      carried: {
        'registry.example.com': { role: 'custom', rule: 'allow.hosts: registry.example.com' },
        'a.b.images.example.com': { role: 'custom', rule: 'allow.hosts: *.images.example.com' },
      },
      refused: {
        'images.example.com': /not a name of ACR/,
        'evilimages.example.com': /not a name of ACR/,
        'sub.registry.example.com': /sub\.registry\.example\.com to "allow\.hosts"/,
      },
    },
  ))
