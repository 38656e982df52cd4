import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileLayer, yamlLayer } from '../../../src/config/file.ts'
import { sayProblem } from '../../../src/config/problems.ts'
import { temporaryFolder } from './given.ts'

const broken: readonly (readonly [string, RegExp])[] = [
  ['region: [cn-beijing\nlog: 1', /^x\.yaml:\d: .*flow/],
  ['region: cn-beijing\n\tlog: 1', /^x\.yaml:2: .*tab/i],
  ['region: cn-beijing\n  log: 1', /^x\.yaml:\d: \w/],
  ['a: "never closed', /^x\.yaml:1: .*quote/],
  ['a: 1\n---\nb: 2', /^x\.yaml:\d: .*multiple documents/],
  ['a: *nothing', /^x\.yaml(:1)?: .*alias/i],
]

for (const [text, said] of broken) {
  test(`a syntax error is told with its line: ${JSON.stringify(text)}`, () => {
    const { problems, tree } = yamlLayer('x.yaml', text)
    const lines = problems.map((problem) => sayProblem(problem))
    assert.ok(
      lines.some((line) => said.test(line)),
      lines.join('\n'),
    )
    assert.ok(
      lines.every((line) => !line.includes('\n') && !line.endsWith('.')),
      lines.join('\n'),
    )
    assert.equal(tree, undefined)
  })
}

test('a small file cannot grow by aliases without bound', () => {
  const bombs = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]']
  for (const [name, last] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].map((pair) => pair.split(''))) {
    bombs.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${last}`).join(', ')}]`)
  }
  const { problems, tree } = yamlLayer('x.yaml', bombs.join('\n'))
  assert.equal(tree, undefined)
  assert.match(problems.map((problem) => sayProblem(problem)).join('\n'), /^x\.yaml: excessive alias count/)
})

test('a value behind an alias is traced to where it is written', () => {
  const layer = yamlLayer('x.yaml', 'a: &net\n  - 10.0.0.0/8\nb: *net\n')
  assert.deepEqual(layer.source(['b']), { from: 'file', file: 'x.yaml', line: 3 })
  assert.deepEqual(layer.source(['b', 0]), { from: 'file', file: 'x.yaml', line: 2 })
})

test('a file that cannot be read is a problem, not a crash', (t) => {
  const folder = temporaryFolder(t)
  const said = (name: string) =>
    fileLayer(join(folder, name))
      .problems.map((problem) => sayProblem(problem))
      .join('\n')
  assert.match(said('absent.yaml'), /absent\.yaml: cannot be read: there is no such file$/)
  mkdirSync(join(folder, 'folder'))
  assert.match(said('folder'), /folder: cannot be read: it is a directory$/)
})

test('an empty file says nothing', () => {
  for (const text of ['', '# only a comment\n', '---\n', '\uFEFF']) {
    const layer = yamlLayer('x.yaml', text)
    assert.deepEqual([layer.tree, layer.problems], [{}, []])
  }
})
