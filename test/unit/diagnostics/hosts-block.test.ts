import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { BEGIN, dropBlock, END, otherLines, putBlock } from '../../../src/diagnostics/hosts-block.ts'

const LINES = ['# ours', '203.0.113.7 a.example']
const BLOCK = `${BEGIN}\n# ours\n203.0.113.7 a.example\n${END}\n`

test('lines come at the end, between markers, and go again', () => {
  const text = '127.0.0.1 localhost\n'
  assert.equal(putBlock(text, LINES), text + BLOCK)
  assert.equal(dropBlock(text + BLOCK), text)
  assert.equal(putBlock('', LINES), BLOCK)
})

test('lines that are there already are replaced where they are', () => {
  const old = `a\n${BEGIN}\nold\n${END}\nb`
  assert.equal(putBlock(old, LINES), `a\n${BLOCK}b`)
})

test('a last line without an end gets one', () => {
  assert.equal(putBlock('127.0.0.1 localhost', LINES), `127.0.0.1 localhost\n${BLOCK}`)
})

test('a file with CRLF keeps it', () => {
  const text = '127.0.0.1 localhost\r\n# last\r\n'
  const written = putBlock(text, LINES)
  assert.equal(written, text + BLOCK.replaceAll('\n', '\r\n'))
  assert.equal(putBlock(written, LINES), written)
  assert.equal(dropBlock(written), text)
})

for (const [text, why] of [
  [`a\n${BEGIN}\nb\n`, /^line 2: "# BEGIN acr-proxy" without "# END acr-proxy"$/],
  [`a\nb\n${END}\n`, /^line 3: "# END acr-proxy" without "# BEGIN acr-proxy"$/],
  [`${BEGIN}\n${BEGIN}\n${END}\n`, /^line 1: .* without/],
  [`${BLOCK}x\n${BLOCK}`, /^line 6: a second block of acr-proxy$/],
] as const) {
  test(`odd markers are left alone: ${JSON.stringify(text)}`, () => {
    for (const edit of [() => putBlock(text, LINES), () => dropBlock(text)])
      assert.throws(edit, { name: 'UserError', message: why, hint: 'mend the markers by hand; nothing was changed' })
  })
}

test('lines of others that give one of our names an address are found, with their numbers', () => {
  const text = `# a.example in a comment\n${BLOCK}10.0.0.1 x A.example # why\r\n::1 b.example\n`
  assert.deepEqual(otherLines(text, new Set(['a.example', 'b.example'])), [
    { line: 6, host: 'A.example', address: '10.0.0.1' },
    { line: 7, host: 'b.example', address: '::1' },
  ])
})

test('whatever else stands in the file, writing twice is writing once, and removing gives it back', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '#', '\t', '.', '\u00e9'), maxLength: 8 })
  const file = fc
    .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => lines.map((each) => each + end).join(''))
  fc.assert(
    fc.property(file, fc.array(line), (text, lines) => {
      const once = putBlock(text, lines)
      assert.equal(putBlock(once, lines), once)
      assert.equal(dropBlock(once), text)
    }),
  )
})
