import type { RouteList } from './route-list.ts'

/** A table for reading: each range, what answers there, and how that is known. */
export function renderRoutesTable({ ranges }: RouteList): string {
  const rows = [
    ['RANGE', 'SERVICE', 'REGION', 'SOURCE'],
    ...ranges.map(({ cidr, purpose, region, source }) => [cidr, purpose, region, source]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('')
}
