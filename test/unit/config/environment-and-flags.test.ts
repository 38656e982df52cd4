import assert from 'node:assert/strict'
import test from 'node:test'
import { type Option, type OptionKind, options } from '../../../src/config/options.ts'
import { fromTexts } from '../../../src/config/environment-and-flags.ts'

function ofKind(kind: OptionKind): Option {
  const option = options.find((option) => option.kind === kind)
  assert.ok(option !== undefined)
  return option
}

const cases: readonly (readonly [OptionKind, readonly string[], unknown])[] = [
  ['text', ['a', ' b '], 'b'],
  ['text', ['a,b'], 'a,b'],
  ['number', ['10'], 10],
  ['number', ['many'], 'many'],
  ['number', ['0x10'], '0x10'],
  ['list', ['a, b', 'c'], ['a', 'b', 'c']],
  ['list', [''], []],
  ['map', ['a=1', 'b=2,a=3'], { a: ['1', '3'], b: ['2'] }],
  ['map', ['a=1=2'], { a: ['1=2'] }],
]

for (const [kind, texts, value] of cases) {
  test(`for a ${kind}, ${JSON.stringify(texts)} is ${JSON.stringify(value)}`, () => {
    assert.deepEqual(fromTexts(ofKind(kind), texts), { ok: true, value })
  })
}

for (const text of ['a', '=1']) {
  test(`for a map, ${text} is refused`, () => {
    assert.equal(fromTexts(ofKind('map'), [text]).ok, false)
  })
}

test('no name of a map reaches a prototype', () => {
  const read = fromTexts(ofKind('map'), ['__proto__=1', 'constructor=2'])
  assert.ok(read.ok)
  assert.deepEqual(Object.keys(Object(read.value)).toSorted(), ['__proto__', 'constructor'])
})
