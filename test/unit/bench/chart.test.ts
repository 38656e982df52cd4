import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartOf } from '../../../bench/report/chart.ts'
import { exampleResults } from './results.ts'

/** Widths of the bars, in order. */
function widths(svg: string): readonly number[] {
  return [...svg.matchAll(/<rect class="[op]" [^>]*?width="([\d.]+)"/g)].map(([, width]) => Number(width))
}

/** Fails unless each element that is opened is closed, and text holds no bare character of markup. */
function assertWellFormed(xml: string): void {
  const open: string[] = []
  for (const [, end, name = '', attributes = '', self, text = ''] of xml.matchAll(
    /<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>([^<]*)/g,
  )) {
    if (end === '/') assert.equal(open.pop(), name)
    else if (self !== '/') open.push(name)
    assert.doesNotMatch(text, /&(?!(amp|lt|gt|quot);)/, `${name}${attributes}`)
  }
  assert.deepEqual(open, [])
  const tags = xml.match(/</g)?.length
  assert.equal(xml.match(/<\/?[\w:]+(?:\s+[\w:-]+="[^"<&]*")*\s*\/?>/g)?.length, tags, 'a tag is malformed')
}

test('each panel has a bar a proxy, as long as its median', () => {
  const svg = chartOf(exampleResults())
  const [raw = 0, nginx = 0, own = 0, none] = widths(svg)
  assert.ok(Math.abs(nginx / raw - 11 / 40) < 0.01)
  assert.ok(Math.abs(own / raw - 22 / 40) < 0.01)
  assert.equal(none, 0)
  assert.equal(widths(svg).length, 6)
  for (const text of ['Bulk download, Gbit/s', 'more is better', 'less is better', 'nginx', 'acr-stream', '22.0'])
    assert.ok(svg.includes(text), text)
})

test('the chart is well-formed, whatever names there are', () => {
  assertWellFormed(chartOf(exampleResults()))
  const samples = { '<&">': { down: [1] } }
  const proxies = [{ name: '<&">', version: '1', own: false }]
  const svg = chartOf(exampleResults({ proxies, samples }))
  assertWellFormed(svg)
  assert.ok(svg.includes('&lt;&amp;&quot;&gt;'))
})

test('the chart has colours for light and dark, and fetches nothing', () => {
  const svg = chartOf(exampleResults())
  assert.match(svg, /@media\(prefers-color-scheme:dark\)/)
  assert.doesNotMatch(svg.replace('xmlns="http://www.w3.org/2000/svg"', ''), /https?:|@import|url\(|<image|<script/)
})

test('without samples it is an empty chart', () => {
  assertWellFormed(chartOf(exampleResults({ samples: {} })))
})
