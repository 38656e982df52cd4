import { styleText } from 'node:util'
import type { Check, Outcome } from '../diagnostics/doctor/check.ts'
import { printable } from './print.ts'

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'gray' } as const satisfies Record<
  Outcome,
  string
>
/** Under what was seen, after the outcome and the time. */
const INDENT = ' '.repeat(20)

/** What tells of checks one by one: a heading for each group and region, then the outcome, the time, what was seen, and a hint. */
export function createCheckText(colours: boolean): (check: Check) => string {
  let last = ''
  return ({ group, region, subject, outcome, ms, seen, hint }) => {
    const heading = region === undefined ? group : `${group}, ${region}`
    const lines = [
      ...(heading === last ? [] : [`${last === '' ? '' : '\n'}${heading}`]),
      `${coloured(outcome, colours)} ${`${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`.padStart(9)}  ${oneLine(subject)}`,
      `${INDENT}${oneLine(seen)}`,
      ...(hint === undefined ? [] : [`${INDENT}hint: ${oneLine(hint)}`]),
    ]
    last = heading
    return `${lines.join('\n')}\n`
  }
}

/** `12 ok, 1 warning, 2 failed, 3 skipped` */
export function sayCounts(checks: readonly Check[]): string {
  const count = (wanted: Outcome): number => checks.filter(({ outcome }) => outcome === wanted).length
  const warnings = count('warning')
  return `\n${count('ok')} ok, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${count('failed')} failed, ${count('skipped')} skipped\n`
}

function coloured(outcome: Outcome, colours: boolean): string {
  const word = outcome.padEnd(7)
  // Whether the terminal has colours was asked already.
  return colours ? styleText(COLOURS[outcome], word, { validateStream: false }) : word
}

/** Names and answers are what others chose. */
function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '))
}
