import type { WriteStream } from 'node:tty'

const WIDTH = 30
/** A bar is drawn again after so long (ms) at the earliest. */
const REDRAW = 80
const MB = 1_000_000

/** Shows how far a transfer is: a bar that is drawn over on a terminal, a line at each quarter elsewhere. */
export interface Progress {
  readonly add: (bytes: number) => void
  /** Takes the bar away. */
  readonly done: () => void
}

/** Progress towards `total` bytes on `output`; `label` comes first. */
export function createProgress(output: WriteStream, label: string, total: number): Progress {
  const started = performance.now()
  let moved = 0
  let drawn = -Infinity
  let quarter = 0
  const text = () => {
    const rate = moved / MB / Math.max(0.001, (performance.now() - started) / 1000)
    return `${label} ${(moved / MB).toFixed(1)} of ${(total / MB).toFixed(1)} MB, ${rate.toFixed(0)} MB/s`
  }
  const draw = () => {
    if (performance.now() - drawn < REDRAW) return
    drawn = performance.now()
    const full = Math.round((WIDTH * Math.min(moved, total)) / total)
    output.write(`\r\u001B[K  [${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${text()}`)
  }
  const report = () => {
    const reached = Math.floor((4 * Math.min(moved, total)) / total)
    if (reached > quarter) output.write(`       ${text()}\n`)
    quarter = reached
  }
  return {
    add: (bytes) => {
      moved += bytes
      if (output.isTTY) draw()
      else report()
    },
    done: () => void (output.isTTY && output.write('\r\u001B[K')),
  }
}
