// @ts-check
import uPlot from './uplot.js'
import { sayRate, sayTime } from './quantities.js'

const HEIGHT = 132
/** A flat line at nothing still has a scale (bytes a second). */
const LEAST_TOP = 1000
/** @typedef {[number[], ...number[][]]} Lines */

/** Both charts show the same moment. */
const sync = uPlot.sync('throughput')

/**
 * One chart of uPlot in `place`, whose cursor arrow keys move.
 *
 * @param {HTMLElement} place
 * @param {() => void} onCursor
 */
export function createChart(place, onCursor) {
  /** @type {uPlot | undefined} */
  let plot
  /** @type {Lines} */
  let data = [[]]

  new ResizeObserver(() => plot?.setSize(sizeOf(place))).observe(place)
  place.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12, Home: -Infinity, End: Infinity }[event.key]
    if (event.key === 'Escape') plot?.setCursor({ left: -1, top: -1 })
    if (step === undefined || plot === undefined) return
    event.preventDefault()
    const last = (data[0]?.length ?? 0) - 1
    const at = Math.min(Math.max((plot.cursor.idx ?? last) + step, 0), last)
    plot.setCursor({ left: plot.valToPos(data[0]?.[at] ?? 0, 'x'), top: 0 })
  })
  place.addEventListener('blur', () => plot?.setCursor({ left: -1, top: -1 }))

  return {
    /** The sample under the cursor. */
    cursor: () => plot?.cursor.idx ?? undefined,
    /**
     * Draws anew, with a series for each role from the bottom up.
     *
     * @param {readonly { readonly role: string, readonly color: string }[]} roles
     */
    create(roles) {
      plot?.destroy()
      const { color, borderTopColor } = getComputedStyle(place)
      const topmostFirst = roles.toReversed()
      plot = new uPlot(
        {
          ...sizeOf(place),
          legend: { show: false },
          cursor: { y: false, drag: { x: false, y: false }, points: { size: 5 }, sync: { key: sync.key } },
          scales: { y: { range: (_, __, top) => [0, Math.max(top * 1.08, LEAST_TOP)] } },
          axes: [
            {
              ...axis(color, borderTopColor),
              values: (_, times) => times.map((s) => sayTime(s * 1000).slice(0, 5)),
              space: 70,
              size: 24,
            },
            { ...axis(color, borderTopColor), values: (_, rates) => rates.map(sayRate), size: 78, space: 34 },
          ],
          series: [
            {},
            ...topmostFirst.map(({ role, color }) => ({
              label: role,
              stroke: color,
              width: 1.25,
              fill: withAlpha(color),
              points: { show: false },
            })),
          ],
          bands: topmostFirst
            .slice(1)
            .map((_, index) => ({ series: /** @type {[number, number]} */ ([index + 1, index + 2]) })),
          hooks: { setCursor: [onCursor] },
        },
        data,
        place,
      )
    },
    /**
     * @param {Lines} lines times in seconds, then the series of `create`, the topmost first
     * @param {number} span how many seconds up to the last time are shown
     */
    show(lines, span) {
      data = lines
      const last = lines[0]?.at(-1) ?? Date.now() / 1000
      plot?.batch(() => {
        plot?.setData(lines, false)
        plot?.setScale('x', { min: last - span, max: last })
      })
    },
  }
}

/** @param {HTMLElement} place */
function sizeOf(place) {
  return { width: Math.max(place.clientWidth, 100), height: HEIGHT }
}

/**
 * @param {string} color
 * @param {string} line
 */
function axis(color, line) {
  const thin = { stroke: line, width: 1 }
  return { stroke: color, font: '11px system-ui, sans-serif', grid: thin, ticks: { ...thin, size: 4 }, gap: 4 }
}

/** @param {string} color as computed: `rgb(...)` */
function withAlpha(color) {
  return color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.35)')
}
