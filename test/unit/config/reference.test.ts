import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { options } from '../../../src/config/options.ts'
import { renderOptions } from '../../../src/config/reference.ts'

const DOCUMENT = new URL('../../../../docs/configuration.md', import.meta.url)
const REWRITE =
  'write it anew: node -e "import(\'./dist/src/config/reference.js\').then(m => process.stdout.write(m.renderOptions()))" > docs/configuration.md'

test('docs/configuration.md is what the schema says', () => {
  assert.equal(readFileSync(DOCUMENT, 'utf8'), renderOptions(), REWRITE)
})

test('the table has key, flag, variable, default and meaning of every option', () => {
  const rows = renderOptions()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  assert.equal(rows.length, options.length)
  for (const { key, flag, env } of options) {
    const cells = rows.find((row) => row.startsWith(`| \`${key}\` |`))?.split(' | ') ?? []
    assert.deepEqual(cells.slice(0, 3), [`| \`${key}\``, `\`--${flag}\``, `\`${env}\``])
    assert.equal(cells.length, 5)
    assert.ok(cells.every((cell) => cell.trim() !== ''))
  }
})
