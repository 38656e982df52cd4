/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [upper, lower] = [sorted[middle], sorted[sorted.length % 2 === 0 ? middle - 1 : middle]]
  if (upper === undefined || lower === undefined) throw new RangeError('no values, no median')
  return (upper + lower) / 2
}

/** How many times better `own` is than `other`; undefined where that cannot be said. */
export function advantage(own: number, other: number, better: 'more' | 'less'): number | undefined {
  const ratio = better === 'more' ? own / other : other / own
  return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined
}
