import type { ResultFigure, Results } from '../results.ts'
import { medianOf, sayNumber, shownNames, titleOf } from './table.ts'

/** What the chart shows, of which each is a panel of bars. */
const PANELS = [/^down$/, /^up$/, /^down-cpu$/, /^rate$/, /^ping-p99$/, /^idle-\d+$/]

const WIDTH = 860
const COLUMNS = 2
const GAP = 24
const PANEL = (WIDTH - GAP * (COLUMNS + 1)) / COLUMNS
const TITLE = 26
const BAR = 16
const PITCH = 22
/** Room for names to the left of the bars, and for values to their right. */
const NAMES = 124
const VALUES = 64

/**
 * GitHub shows an SVG as an image: colours follow the scheme of the reader's system, and the background with them, since that of the
 * page may not; no font is fetched.
 */
const STYLE = `text{font:12px system-ui,sans-serif;fill:#1f2328}.t{font-weight:600;font-size:13px}.s,.v{fill:#59636e}.p{fill:#8c959f}.o{fill:#0969da}.b{fill:#fff}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.s,.v{fill:#9198a1}.p{fill:#6e7681}.o{fill:#4493f8}.b{fill:#0d1117}}`

/** The medians as bars. */
export function chartOf(results: Results): string {
  const figures = PANELS.flatMap((pattern) => results.figures.findLast(({ key }) => pattern.test(key)) ?? []).filter(
    (figure) => shownNames(results).some((name) => medianOf(results, name, figure) !== undefined),
  )
  const height = TITLE + PITCH * shownNames(results).length + GAP
  const rows = Math.ceil(figures.length / COLUMNS)
  const panels = figures.map((figure, index) => {
    const x = GAP + (index % COLUMNS) * (PANEL + GAP)
    const y = GAP + Math.floor(index / COLUMNS) * height
    return `<g transform="translate(${x} ${y})">${panel(results, figure)}</g>`
  })
  const size = `${WIDTH} ${GAP + rows * height}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" width="${WIDTH}" height="${GAP + rows * height}" role="img" aria-label="acr-proxy and other proxies compared">
<style>${STYLE}</style>
<rect class="b" width="100%" height="100%" rx="6"/>
${panels.join('\n')}
</svg>
`
}

function panel(results: Results, figure: ResultFigure): string {
  const bars = shownNames(results).map((name) => [name, medianOf(results, name, figure)] as const)
  const most = Math.max(...bars.map(([, value]) => value ?? 0), Number.MIN_VALUE)
  const own = new Set(results.proxies.filter((proxy) => proxy.own).map(({ name }) => name))
  const lines = bars.map(([name, value], index) => {
    const y = TITLE + index * PITCH
    const length = (Math.max(0, value ?? 0) / most) * (PANEL - NAMES - VALUES)
    const text = value === undefined ? '–' : sayNumber(value)
    return [
      `<text x="${NAMES - 8}" y="${y + 12}" text-anchor="end">${escape(name)}</text>`,
      `<rect class="${own.has(name) ? 'o' : 'p'}" x="${NAMES}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
      `<text class="v" x="${(NAMES + length + 6).toFixed(1)}" y="${y + 12}">${text}</text>`,
    ].join('')
  })
  const direction = figure.better === 'more' ? 'more is better' : 'less is better'
  const title = `<text class="t" y="12">${escape(titleOf(figure))}<tspan class="s" font-weight="400">  ${direction}</tspan></text>`
  return [title, ...lines].join('\n')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
