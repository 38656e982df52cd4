import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import test from 'node:test'
import { pageFile } from '../../../src/admin/dashboard.ts'

const FOLDER = new URL('../../../src/admin/dashboard/', import.meta.url)

async function bodyOf(path: string): Promise<string> {
  const answer = await pageFile(path)
  assert.ok(answer !== undefined, `${path} is served`)
  return answer.body
}

test('everything the page and its parts refer to is served, and nothing of it lies idle', async () => {
  const html = await bodyOf('/')
  const wanted = new Set(Array.from(html.matchAll(/(?:href|src)="([^"#]+)"/g), ([, path = '']) => `/${path}`))
  for (const path of wanted) {
    const body = await bodyOf(path)
    const imports = path.endsWith('uplot.js') ? [] : body.matchAll(/^(?:import|export) .*from '\.\/([^']+)'$/gm)
    for (const [, name = ''] of imports) wanted.add(`/dashboard/${name}`)
  }
  const files = readdirSync(FOLDER).filter((name) => /\.(css|js|svg)$/.test(name))
  const own = [...wanted].map((path) => path.slice('/dashboard/'.length)).filter((name) => !name.startsWith('uplot.'))
  assert.deepEqual(own.toSorted(), files.toSorted())
  assert.ok(wanted.has('/dashboard/uplot.js') && wanted.has('/dashboard/uplot.css'))
})

test('the page has no script, style or handler in its HTML, which its policy would forbid', async () => {
  const html = await bodyOf('/')
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
  assert.doesNotMatch(html, /https?:|\/\//)
})

test('a file has its type and a tag that stays as long as its content', async () => {
  for (const [path, type] of [
    ['/', 'text/html; charset=utf-8'],
    ['/dashboard/page.css', 'text/css; charset=utf-8'],
    ['/dashboard/page.js', 'text/javascript; charset=utf-8'],
    ['/dashboard/uplot.js', 'text/javascript; charset=utf-8'],
    ['/dashboard/icon.svg', 'image/svg+xml'],
  ] as const) {
    const [answer, again] = [await pageFile(path), await pageFile(path)]
    assert.deepEqual([answer?.type, answer?.headers], [type, again?.headers])
    assert.match(answer?.headers?.['etag'] ?? '', /^"[\w-]{43}"$/)
  }
  assert.notEqual((await pageFile('/'))?.headers?.['etag'], (await pageFile('/dashboard/page.js'))?.headers?.['etag'])
})

test('no other file can be had', async () => {
  for (const path of [
    '/index.html',
    '/dashboard/',
    '/dashboard/index.html',
    '/dashboard/tsconfig.json',
    '/dashboard/uplot.d.ts',
    '/dashboard/../server.js',
    '/dashboard/%2e%2e/server.js',
    '/dashboard/..%2fserver.js',
    '/dashboard//etc/passwd',
    '/dashboard/page.js/',
    '/dashboard/nothing.js',
    '/dashboard/page.js\0',
  ])
    assert.equal(await pageFile(path), undefined, path)
})
