import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { z } from 'zod'
import { readinessOf } from '../../../src/proxy/readiness.ts'
import { REFUSALS } from '../../../src/proxy/reject.ts'

const FOLDER = new URL('../../../src/admin/dashboard/', import.meta.url)
const Texts = z.record(z.string(), z.string().min(1))
const { en } = z.object({ en: Texts }).parse(await import(new URL('en.js', FOLDER).href))
const { zh } = z.object({ zh: Texts }).parse(await import(new URL('zh.js', FOLDER).href))

const sources = readdirSync(FOLDER)
  .filter((name) => /\.(js|html)$/.test(name) && !['en.js', 'zh.js'].includes(name))
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'))
  .join('\n')

test('both languages have every text, with the same values in it', () => {
  assert.deepEqual(Object.keys(zh).toSorted(), Object.keys(en).toSorted())
  const valuesIn = (text = '') => Array.from(text.matchAll(/\{\w+\}/g), ([value]) => value).toSorted()
  for (const [key, text] of Object.entries(en)) assert.deepEqual(valuesIn(zh[key]), valuesIn(text), key)
})

test('Chinese texts are in Chinese', () => {
  const foreign = Object.keys(zh).filter((key) => !/\p{Script=Han}/u.test(zh[key] ?? ''))
  // One is the same word, the other has nothing but values.
  assert.deepEqual(foreign.toSorted(), ['failing.since', 'sign-in.token'])
})

test('every text that the page asks for exists, and none is there for nothing', () => {
  const asked = new Set([
    ...Array.from(sources.matchAll(/data-(?:text|label|placeholder)="([^"]+)"/g), ([, key = '']) => key),
    ...Array.from(sources.matchAll(/'([a-z][\w.-]*)'/g), ([, key = '']) => key),
  ])
  for (const [, key = ''] of sources.matchAll(/data-(?:text|label|placeholder)="([^"]+)"/g)) assert.ok(key in en, key)
  const families = Array.from(sources.matchAll(/`([a-z]+\.)\$\{/g), ([, start = '']) => start)
  const idle = Object.keys(en).filter((key) => !asked.has(key) && !families.some((start) => key.startsWith(start)))
  assert.deepEqual(idle, [])
})

test('every refusal is told in words, with what to do', () => {
  for (const reason of Object.keys(REFUSALS)) {
    assert.ok(`why.${reason}` in en, reason)
    assert.ok(`do.${reason}` in en, reason)
  }
  const reasons = Object.keys(en).flatMap((key) => /^(?:why|do)\.(.*)/.exec(key)?.[1] ?? [])
  assert.deepEqual([...new Set(reasons)].toSorted(), Object.keys(REFUSALS).toSorted())
})

test('what is missing besides names is told in words of the page', () => {
  const { missing } = readinessOf([], { starting: true, draining: true, exhausted: true })
  assert.equal(missing.length, 3)
  for (const line of missing) assert.ok(sources.includes(`'${line}'`), line)
})
