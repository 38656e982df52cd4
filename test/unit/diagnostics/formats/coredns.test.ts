import assert from 'node:assert/strict'
import test from 'node:test'
import { answer, parseCorefile } from './corefile.ts'
import { COVERED, INSTANCES, OTHERS, rendered } from './rendered.ts'

const V4 = '203.0.113.7'
const V6 = '2001:db8::7'

test('names of the proxy get its address, and nothing of another type', () => {
  const block = parseCorefile(rendered('coredns', [V4]))
  for (const name of [...COVERED, ...INSTANCES]) {
    assert.deepEqual(answer(block, name, 'A'), [V4], name)
    assert.deepEqual(answer(block, name.toUpperCase(), 'AAAA'), [], name)
    assert.deepEqual(answer(block, name, 'HTTPS'), [], name)
  }
})

test('a proxy with two addresses gives one for each type', () => {
  const block = parseCorefile(rendered('coredns', [V4, V6]))
  assert.deepEqual([answer(block, COVERED[0] ?? '', 'A'), answer(block, COVERED[0] ?? '', 'AAAA')], [[V4], [V6]])
  const six = parseCorefile(rendered('coredns', [V6]))
  assert.deepEqual([answer(six, COVERED[0] ?? '', 'A'), answer(six, COVERED[0] ?? '', 'AAAA')], [[], [V6]])
})

test('other names, and buckets that the proxy would refuse, are not its own', () => {
  const block = parseCorefile(rendered('coredns', [V4]))
  for (const name of [...OTHERS, 'a.registry-vpc.cn-beijing.aliyuncs.com', 'evil.oss-cn-beijing-internal.aliyuncs.com'])
    assert.match(String(answer(block, name, 'A')), /^(?:forwarded|elsewhere)$/, name)
  assert.equal(answer(block, 'example.com', 'A'), 'elsewhere')
  assert.equal(block.forwards.length, 1)
})

test('suffixes of the configuration hold for any depth below, and not for themselves', () => {
  const block = parseCorefile(rendered('coredns', [V4], { 'allow-hosts': ['*.example.org'] }))
  assert.deepEqual(answer(block, 'a.b.example.org', 'A'), [V4])
  assert.equal(answer(block, 'example.org', 'A'), 'forwarded')
})
