/** Rows under a heading, in columns as wide as they need; those named in `right` stand to the right. */
export function columns(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  right: readonly string[] = [],
): string {
  const lines = [heading, ...rows]
  const widths = heading.map((_, index) => Math.max(...lines.map((line) => String(line[index] ?? '').length)))
  return lines
    .map((line) =>
      widths
        .map((width, index) => {
          const cell = String(line[index] ?? '')
          return right.includes(heading[index] ?? '') ? cell.padStart(width) : cell.padEnd(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
