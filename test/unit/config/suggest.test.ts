import assert from 'node:assert/strict'
import test from 'node:test'
import { didYouMean, suggest } from '../../../src/config/suggest.ts'

const words = ['public', 'vpc', 'cidr', 'module', 'minTtl', 'listen']

for (const [typed, meant] of [
  ['vcp', 'vpc'],
  ['publik', 'public'],
  ['minTTL', 'minTtl'],
  ['min-ttl', 'minTtl'],
  ['lisetn', 'listen'],
] as const) {
  test(`${typed} was probably meant to be ${meant}`, () => {
    assert.equal(suggest(typed, words), meant)
    assert.equal(didYouMean(typed, words), ` (did you mean "${meant}"?)`)
  })
}

for (const typed of ['', 'tls', 'zzz', 'completely-else']) {
  test(`${JSON.stringify(typed)} resembles nothing`, () => {
    assert.equal(suggest(typed, words), undefined)
    assert.equal(didYouMean(typed, words), '')
  })
}
