import { type Checked, invalid, valid } from './checked.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Timers of Node fire at once beyond this many milliseconds (signed 32 bits, about 24.8 days). */
const LONGEST = 2 ** 31 - 1

/** Milliseconds of '10s', '500ms', '10m', '1h', '1d', or of a bare number of seconds (as number or text). */
export function parseDuration(value: string | number): Checked<number> {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(String(value).trim())
  if (!parts) return invalid('expected a duration such as 500ms, 10s, 10m or 1h, or a number of seconds')
  const milliseconds = Math.round(Number(parts[1]) * (UNITS[parts[2] ?? 's'] ?? 1000))
  return milliseconds <= LONGEST ? valid(milliseconds) : invalid('must be at most 24 days')
}
