import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHostPattern } from '../../../../src/proxy/route/host-pattern.ts'

test('a host or a suffix after "*." is a pattern, normalised', () => {
  const rows: readonly (readonly [text: string, kind: 'exact' | 'suffix', host: string])[] = [
    ['registry.example.com', 'exact', 'registry.example.com'],
    ['Registry.Example.com.', 'exact', 'registry.example.com'],
    ['localhost', 'exact', 'localhost'],
    ['*.example.com', 'suffix', 'example.com'],
    ['*.Example.com.', 'suffix', 'example.com'],
    ['*.oss-accelerate.aliyuncs.com', 'suffix', 'oss-accelerate.aliyuncs.com'],
  ]
  for (const [text, kind, host] of rows) {
    assert.deepEqual(parseHostPattern(text), { ok: true, pattern: { kind, host } }, text)
  }
})

test('any other pattern is refused and told why', () => {
  const rows: readonly (readonly [text: string, why: RegExp])[] = [
    ['', /empty/],
    ['*', /in front of a dot/],
    ['*.*.com', /in front of a dot/],
    ['a.*.com', /in front of a dot/],
    ['*example.com', /in front of a dot/],
    ['*.', /empty/],
    ['*.com', /top-level domain/],
    ['*.com.', /top-level domain/],
    ['*.exa_mple.com', /contains "_"/],
    ['https://example.com', /contains ":"/],
    ['example.com:443', /contains ":"/],
    ['10.0.0.1', /IP address/],
    ['*.0.0.1', /number/],
  ]
  for (const [text, why] of rows) {
    const parsed = parseHostPattern(text)
    assert.ok(!parsed.ok, text)
    assert.match(parsed.why, why, text)
  }
})
