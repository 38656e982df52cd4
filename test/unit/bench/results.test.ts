import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { measures } from '../../../bench/measures/all.ts'
import { planOf } from '../../../bench/plan.ts'
import { readResults } from '../../../bench/results.ts'
import { exampleResults } from './results.ts'

async function fileWith(t: TestContext, text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-results-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, 'results.json'), text)
  return join(directory, 'results.json')
}

test('results are read as they were written', async (t) => {
  const results = exampleResults()
  assert.deepEqual(await readResults(await fileWith(t, JSON.stringify(results))), results)
})

test('a file that is none of ours is refused, and named', async (t) => {
  for (const text of ['', '{', '[]', '{"format":2}', JSON.stringify({ ...exampleResults(), rounds: 'three' })])
    await assert.rejects(readResults(await fileWith(t, text)), {
      name: 'UserError',
      message: /^--from .*results\.json: /,
    })
  await assert.rejects(readResults('/nonexistent/file'), { name: 'UserError', message: /ENOENT/ })
})

test('no two figures have the same key', () => {
  const keys = Object.values(measures).flatMap((measure) =>
    measure.figures(planOf(false, 65_536).plan).map(({ key }) => key),
  )
  assert.deepEqual(keys, [...new Set(keys)])
})
