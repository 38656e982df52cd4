import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { normaliseHost } from '../../../../src/proxy/route/hostname.ts'

const long = 'a'.repeat(63)
const longest = `${long}.${long}.${long}.${'a'.repeat(61)}`

test('a host name is brought to lower case, without the dot of the root', () => {
  const rows: readonly (readonly [raw: string, host: string])[] = [
    ['registry-vpc.cn-beijing.aliyuncs.com', 'registry-vpc.cn-beijing.aliyuncs.com'],
    ['Registry.CN-Beijing.aliyuncs.COM', 'registry.cn-beijing.aliyuncs.com'],
    ['registry.example.com.', 'registry.example.com'],
    ['REGISTRY.example.com.', 'registry.example.com'],
    ['localhost', 'localhost'],
    ['xn--fiq228c.xn--fiqs8s', 'xn--fiq228c.xn--fiqs8s'],
    ['1.2.3.4.example', '1.2.3.4.example'],
    ['a.7b', 'a.7b'],
    ['a.0xz', 'a.0xz'],
    ['a--b.c', 'a--b.c'],
    [`${long}.com`, `${long}.com`],
    [longest, longest],
    [`${longest}.`, longest],
  ]
  for (const [raw, host] of rows) assert.deepEqual(normaliseHost(raw), { ok: true, host }, raw)
})

test('what is not a host name is refused in words that are safe to print', () => {
  const rows: readonly (readonly [raw: string, why: RegExp])[] = [
    ['', /empty$/],
    ['.', /the name is empty/],
    ['..', /empty label/],
    ['a..b', /empty label/],
    ['a.b..', /empty label/],
    ['.a', /empty label/],
    [`${longest}a`, /longer than 253/],
    [`${long}a.com`, /longer than 63/],
    ['-a.com', /hyphen/],
    ['a-.com', /hyphen/],
    ['a.-', /hyphen/],
    ['registry.example.com\0', /contains \\x00$/],
    ['allowed.test\0.evil.com', /contains \\x00$/],
    ['a\r\nb.com', /contains \\x0d$/],
    ['a b.com', /contains \\x20$/],
    ['a\x7fb.com', /contains \\x7f$/],
    ['a\xe9.com', /contains \\xe9$/],
    ['中国.cn', /contains \\u4e2d$/],
    ['\u212a.com', /contains \\u212a$/],
    ['\u0130.com', /contains \\u0130$/],
    ['a_b.com', /contains "_"$/],
    ['*.example.com', /contains "\*"$/],
    ['a"b.com', /contains "\\""$/],
    ['a\\b.com', /contains "\\\\"$/],
    ['a:443', /contains ":"$/],
    ['a/b', /contains "\/"$/],
    ['user@a.com', /contains "@"$/],
    ['1.2.3.4', /IP address/],
    ['1.2.3.4.', /IP address/],
    ['::1', /IP address/],
    ['[::1]', /IP address/],
    ['[fe80::1%eth0]', /IP address/],
    ['::ffff:1.2.3.4', /IP address/],
    ['127.1', /last label .* number/],
    ['2130706433', /last label .* number/],
    ['0x7f000001', /last label .* number/],
    ['a.0X7F', /last label .* number/],
    ['a.0x', /last label .* number/],
    ['example.1', /last label .* number/],
    ['300.300.300.300', /last label .* number/],
  ]
  for (const [raw, why] of rows) {
    const result = normaliseHost(raw)
    assert.ok(!result.ok, JSON.stringify(raw))
    assert.match(result.why, why, JSON.stringify(raw))
    assert.match(result.why, /^[\x20-\x7e]+$/, JSON.stringify(raw))
  }
})

test('no input throws, a normal form is safe and stays as it is, and a refusal is short and printable', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Za-z0-9.-]{0,300}$/), fc.domain())
  fc.assert(
    fc.property(texts, (raw) => {
      const result = normaliseHost(raw)
      if (!result.ok) {
        assert.match(result.why, /^[\x20-\x7e]{1,80}$/)
        return
      }
      assert.match(result.host, /^[a-z0-9.-]{1,253}$/)
      assert.equal(result.host, raw.toLowerCase().replace(/\.$/, ''))
      assert.deepEqual(normaliseHost(result.host), result)
    }),
    { numRuns: 1000 },
  )
})

test('a name of 64 KiB is refused without work on its labels', () => {
  for (const raw of ['a'.repeat(65_536), 'a.'.repeat(32_768), '-'.repeat(65_536), `${'a-'.repeat(32_767)}.`]) {
    const result = normaliseHost(raw)
    assert.ok(!result.ok && result.why.includes('longer than 253'))
  }
})
