import assert from 'node:assert/strict'
import test from 'node:test'
import { load } from './given.ts'

const R = 'region: cn-beijing\n'

const cases: readonly (readonly [string, RegExp])[] = [
  [`${R}resolver: { routes: [10.0.0.0/8] }`, /^resolver\.routes has no effect with resolver\.kind vpc$/],
  [`${R}resolver: { module: ./x.mjs }`, /^resolver\.module has no effect with resolver\.kind vpc$/],
  [`${R}allow: { buckets: "*" }`, /^allow\.buckets is "\*": clients reach any OSS bucket/],
  [`${R}allow: { clients: [] }`, /^allow\.clients is empty/],
  [`${R}allow: { instances: [] }`, /^allow\.instances is empty/],
  [`${R}listen: { address: ":1", proxyProtocol: true, trusted: 0.0.0.0/0 }`, /^listen trusts every network/],
]

for (const [file, warning] of cases) {
  test(`said out loud: ${warning.source}`, (t) => {
    const { warnings } = load(t, { file })
    assert.equal(warnings.length, 1)
    assert.match(warnings.join('\n'), warning)
  })
}

test('an ordinary configuration makes no warning', (t) => {
  const { warnings } = load(t, { file: `${R}allow: { clients: [10.0.0.0/8], buckets: [mine] }` })
  assert.deepEqual(warnings, [])
})
