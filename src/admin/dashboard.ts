import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { codeOf } from '../errors.ts'
import type { Answer } from './answer.ts'

const FOLDER = new URL('./dashboard/', import.meta.url)
const UPLOT = import.meta.resolve('uplot')

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Files that are elsewhere, or have another name. */
const PLACES: ReadonlyMap<string, URL> = new Map([
  ['/', new URL('index.html', FOLDER)],
  ['/dashboard/uplot.js', new URL('uPlot.esm.js', UPLOT)],
  ['/dashboard/uplot.css', new URL('uPlot.min.css', UPLOT)],
])

/** The file of the page that is served as `path`, read as it is asked for; undefined where there is none. It holds no data. */
export async function pageFile(path: string): Promise<Answer | undefined> {
  const name = /^\/dashboard\/([a-z-]+\.(?:css|js|svg))$/.exec(path)?.[1]
  const place = PLACES.get(path) ?? (name === undefined ? undefined : new URL(name, FOLDER))
  if (place === undefined) return undefined
  try {
    const body = await readFile(place, 'utf8')
    const type = TYPES[/[a-z]+$/.exec(place.pathname)?.[0] ?? ''] ?? 'text/plain'
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
    // To be asked for again each time, as another version may answer by then.
    return { status: 200, type, body, headers: { 'cache-control': 'no-cache', etag } }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
