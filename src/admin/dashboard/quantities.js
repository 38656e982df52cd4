// @ts-check
import { language } from './language.js'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/**
 * `999 B`, `1.2 kB`, `34 MB`
 *
 * @param {number} bytes
 */
export function sayBytes(bytes) {
  let value = Math.max(bytes, 0)
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const maximumFractionDigits = unit > 0 && value < 9.95 ? 1 : 0
  return `${sayCount(value, { maximumFractionDigits })} ${UNITS[unit] ?? ''}`
}

/** @param {number} bytesPerSecond */
export function sayRate(bytesPerSecond) {
  return `${sayBytes(bytesPerSecond)}/s`
}

/**
 * @param {number} count
 * @param {Intl.NumberFormatOptions} [options]
 */
export function sayCount(count, options) {
  return new Intl.NumberFormat(language(), options).format(count)
}

/**
 * `4.2 ms`, `-`
 *
 * @param {number | undefined} ms
 */
export function sayMs(ms) {
  return ms === undefined ? '-' : `${sayCount(ms, { maximumFractionDigits: ms < 9.95 ? 1 : 0 })} ms`
}

const SPANS = /** @type {const} */ ([
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
])

/**
 * The two greatest units of a duration: `3h 12m`, `3小时 12分钟`.
 *
 * @param {number} ms
 */
export function sayDuration(ms) {
  let left = Math.floor(Math.max(ms, 0) / 1000)
  const parts = SPANS.map(([unit, size]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return { unit, count }
  })
  const first = parts.findIndex(({ count }) => count > 0)
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2).filter(({ count }) => count > 0)
  return shown.map(({ unit, count }) => sayCount(count, { style: 'unit', unit, unitDisplay: 'narrow' })).join(' ')
}

/**
 * `12s ago`, `12秒前`
 *
 * @param {number} ms
 */
export function sayAgo(ms) {
  const seconds = Math.floor(Math.max(ms, 0) / 1000)
  const [unit, size] = SPANS.find(([, size]) => seconds >= size) ?? ['second', 1]
  const format = new Intl.RelativeTimeFormat(language(), { style: 'narrow' })
  return format.format(-Math.floor(seconds / size), unit)
}

/**
 * The time of day.
 *
 * @param {number} at ms since 1970
 */
export function sayTime(at) {
  return new Intl.DateTimeFormat(language(), { timeStyle: 'medium', hourCycle: 'h23' }).format(at)
}
