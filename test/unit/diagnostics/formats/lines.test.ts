import assert from 'node:assert/strict'
import test from 'node:test'
import { COVERED, INSTANCES, rendered } from './rendered.ts'

const V4 = '203.0.113.7'
const V6 = '2001:db8::7'
const BUCKET = 'cri-*-registry.oss-cn-beijing-internal.aliyuncs.com'

function linesOf(text: string): readonly string[] {
  return text.split('\n')
}

test('a hosts file has a line for each name and address, and a comment for what it cannot say', () => {
  const lines = linesOf(rendered('hosts', [V4, V6]))
  for (const name of COVERED.slice(0, -1)) {
    assert.ok(lines.includes(`${V4} ${name}`), name)
    assert.ok(lines.includes(`${V6} ${name}`), name)
  }
  assert.ok(lines.includes(`#   ${BUCKET}`))
  assert.ok(lines.every((line) => line === '' || line.startsWith('#') || /^[0-9a-f.:]+ [a-z0-9.-]+$/.test(line)))
})

test('dnsmasq needs one pair of lines for an OSS endpoint and all its buckets', () => {
  const lines = linesOf(rendered('dnsmasq', [V4], { 'allow-buckets': ['mine'] }))
  assert.deepEqual(
    lines.filter((line) => line.includes('oss-') && !line.startsWith('#')),
    [`address=/oss-cn-beijing-internal.aliyuncs.com/${V4}`, 'local=/oss-cn-beijing-internal.aliyuncs.com/'],
  )
  assert.ok(lines.includes(`address=/*-registry-vpc.cn-beijing.cr.aliyuncs.com/${V4}`))
})

test('unbound redirects the OSS endpoint, and says which forms it has no zone for', () => {
  const text = rendered('unbound', [V4])
  const zones = [...text.matchAll(/local-zone: "(\S+)\." (\w+)/g)].map(([, name, type]) => `${name} ${type}`)
  assert.ok(zones.includes('registry-vpc.cn-beijing.aliyuncs.com static'))
  assert.deepEqual(
    zones.filter((zone) => zone.includes('oss-')),
    ['oss-cn-beijing-internal.aliyuncs.com redirect'],
  )
  assert.ok(text.includes('#   *-registry-vpc.cn-beijing.cr.aliyuncs.com\n') && !text.includes(BUCKET))
})

test('instances that are named have lines in every format of names', () => {
  for (const format of ['hosts', 'dnsmasq', 'unbound', 'coredns', 'powershell'] as const) {
    const text = rendered(format, [V4], { 'allow-instances': ['acme'] }).replaceAll('[.]', '.')
    assert.ok(text.includes(INSTANCES[0] ?? ''), format)
    assert.ok(!text.includes('*-registry-vpc'), format)
  }
})
