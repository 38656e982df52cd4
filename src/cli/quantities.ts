const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB']

/** `0 B`, `999 B`, `1.2 kB`, `34 MB`: two digits or more, in steps of 1000. */
export function sayBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  let value = bytes
  let unit = -1
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit] ?? ''}`
}

const SPANS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const

/** `0s`, `12m 5s`, `3h 12m`, `2d 3h`: the two greatest units of a duration in ms. */
export function sayDuration(ms: number): string {
  let left = Math.floor(ms / 1000)
  const parts = SPANS.map(([unit, size]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return [count, unit] as const
  })
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return '0s'
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0)
  return shown.map(([count, unit]) => `${count}${unit}`).join(' ')
}
