import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { measures } from '../../../bench/measures/all.ts'
import { planOf } from '../../../bench/plan.ts'
import { languages } from '../../../bench/report/languages.ts'
import { updateReadmes, withSection } from '../../../bench/report/readme.ts'
import { readResults } from '../../../bench/results.ts'
import { parseMarkdown } from '../markdown.ts'
import { exampleResults } from './results.ts'

const ROOT = new URL('../../../../', import.meta.url)

/** A folder with copies of the READMEs. */
async function copies(t: TestContext): Promise<URL> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-readme-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'docs'))
  for (const { readme } of languages) await cp(new URL(readme, ROOT), join(directory, readme))
  return pathToFileURL(`${directory}/`)
}

test('both READMEs get the same figures, each in its language, and nothing else changes', async (t) => {
  const root = await copies(t)
  await updateReadmes(exampleResults(), root)
  for (const { readme } of languages) {
    const before = await readFile(new URL(readme, ROOT), 'utf8')
    const after = await readFile(new URL(readme, root), 'utf8')
    const { rows, headings, blocks } = parseMarkdown(after)
    assert.ok(rows.some(({ cells }) => cells.slice(1).join(' ') === '40.0 11.0 22.0'))
    assert.ok(rows.some(({ cells }) => cells[1] === '2.00'))
    assert.deepEqual(headings, parseMarkdown(before).headings)
    assert.deepEqual(blocks, parseMarkdown(before).blocks)
    assert.match(after, /nginx 1\.22\.1/)
    assert.match(after, /Example CPU/)
    assert.equal(after.includes('大块下载（Gbit/s）'), readme === 'README.zh-CN.md')
  }
})

test('chart and samples are beside them, and the samples can be shown again', async (t) => {
  const root = await copies(t)
  const results = exampleResults()
  await updateReadmes(results, root)
  assert.match(await readFile(new URL('docs/benchmark.svg', root), 'utf8'), /^<svg /)
  assert.deepEqual(await readResults(new URL('docs/benchmark.json', root).pathname), results)
})

test('a second time replaces the first', async (t) => {
  const root = await copies(t)
  await updateReadmes(exampleResults(), root)
  const once = await readFile(new URL('README.md', root), 'utf8')
  await updateReadmes(exampleResults(), root)
  assert.equal(await readFile(new URL('README.md', root), 'utf8'), once)
})

test('figures of --quick do not get into the READMEs', async (t) => {
  const root = await copies(t)
  await assert.rejects(updateReadmes(exampleResults({ quick: true }), root), /--quick say nothing/)
})

test('a text without the markers is refused', () => {
  assert.throws(() => withSection('# title\n', 'section', 'README.md'), /README\.md lacks the lines/)
})

test('every figure of the READMEs has a Chinese title', () => {
  const { plan } = planOf(false, 65_536)
  const chinese = languages.find(({ readme }) => readme.includes('zh'))
  for (const measure of Object.values(measures))
    for (const figure of measure.figures(plan))
      if (figure.headline === true) assert.match(chinese?.titleOf(figure) ?? '', /\p{Script=Han}/u, figure.key)
})
