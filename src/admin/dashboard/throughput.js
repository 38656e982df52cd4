// @ts-check
import { el, part, show } from './dom.js'
import { language, say } from './language.js'
import { sayRate, sayTime } from './quantities.js'
import { ROLES, roleMark } from './role.js'
import { createChart } from './chart.js'

/** @typedef {import('../history.ts').Throughput} Throughput */

const SPAN_S = 15 * 60

/**
 * The throughput of the last 15 minutes in one direction: roles stacked upon one another, and their numbers.
 *
 * @param {'up' | 'down'} direction
 */
export function createThroughput(direction) {
  const figure = part(direction)
  const title = el('figcaption')
  const place = el('div', { class: 'chart', tabindex: '0', role: 'slider' })
  const empty = el('p', { class: 'empty' })
  const legend = el('ul', { class: 'legend' })
  figure.append(title, place, empty, legend)
  const chart = createChart(place, () => showLegend())
  /** @type {Throughput | undefined} */
  let history
  /** @type {readonly string[]} */
  let roles = []
  let drawn = ''

  const showLegend = () => {
    const at = chart.cursor() ?? (history?.at.length ?? 0) - 1
    const rates = roles.map((role) => ({ role, rate: ratesOf(history, role, direction)[at] ?? 0 }))
    const total = rates.reduce((sum, { rate }) => sum + rate, 0)
    const time = chart.cursor() === undefined ? say('throughput.now') : sayTime(history?.at[at] ?? 0)
    const texts = [
      `${say('throughput.total')} ${sayRate(total)}`,
      ...rates.map(({ role, rate }) => `${role} ${sayRate(rate)}`),
    ]
    show(
      legend,
      el('li', { class: 'muted' }, time),
      el('li', {}, say('throughput.total'), el('strong', {}, sayRate(total))),
      ...rates.map(({ role, rate }) => el('li', { key: role }, roleMark(role), role, el('strong', {}, sayRate(rate)))),
    )
    place.setAttribute('aria-valuemin', '0')
    place.setAttribute('aria-valuemax', String(Math.max((history?.at.length ?? 0) - 1, 0)))
    place.setAttribute('aria-valuenow', String(Math.max(at, 0)))
    place.setAttribute('aria-valuetext', [time, ...texts].join('; '))
  }

  return {
    /** @param {Throughput} now */
    show(now) {
      history = now
      const moved = new Set(
        now.roles.filter((role) => role[direction].some((rate) => rate > 0)).map(({ role }) => role),
      )
      const known = ROLES.filter((role) => moved.has(role))
      roles = [...known, ...[...moved].filter((role) => !ROLES.includes(role))]
      const name = say(`throughput.${direction}`)
      show(title, name)
      show(empty, moved.size === 0 ? say('throughput.empty') : '')
      place.setAttribute('aria-label', say('throughput.label', { title: name }))
      showLegend()
      // A chart keeps its series and colours: others need another chart.
      const wanted = [language(), ...roles].join()
      if (wanted !== drawn) this.redraw()
      drawn = wanted
      chart.show(stacked(now, roles, direction), SPAN_S)
    },
    /** Draws it anew, in colours that may have changed. */
    redraw() {
      const marks = [...legend.querySelectorAll('.mark')]
      chart.create(
        roles.map((role, index) => ({ role, color: getComputedStyle(marks[index] ?? legend).backgroundColor })),
      )
      if (history !== undefined) chart.show(stacked(history, roles, direction), SPAN_S)
    },
  }
}

/**
 * Times in seconds, then a list for each role: its rates upon those of the roles below. The topmost comes first, as the chart
 * fills from each down to the next.
 *
 * @param {Throughput} history
 * @param {readonly string[]} roles from the bottom
 * @param {'up' | 'down'} direction
 * @returns {import('./chart.js').Lines}
 */
function stacked(history, roles, direction) {
  /** @type {number[][]} */
  const lines = []
  let below = history.at.map(() => 0)
  for (const role of roles) {
    const rates = ratesOf(history, role, direction)
    below = below.map((sum, index) => sum + (rates[index] ?? 0))
    lines.unshift(below)
  }
  return [history.at.map((ms) => ms / 1000), ...lines]
}

/**
 * @param {Throughput | undefined} history
 * @param {string} wanted
 * @param {'up' | 'down'} direction
 */
function ratesOf(history, wanted, direction) {
  return history?.roles.find(({ role }) => role === wanted)?.[direction] ?? []
}
