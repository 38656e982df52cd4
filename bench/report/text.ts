import { columns } from '../../src/cli/columns.ts'
import type { Results } from '../results.ts'
import { machineLine, roundsLine, versionsLine } from './provenance.ts'
import { mediansOf, ratiosOf, type Table } from './table.ts'

/** What is printed at the end: medians, ratios, and all that was not as it should be. */
export function reportOf(results: Results): string {
  const { figures, absent, disqualified, notes } = results
  const ratios = ratiosOf(results, figures)
  return [
    machineLine(results),
    versionsLine(results),
    `${roundsLine(results)}\n`,
    textOf(mediansOf(results, figures)),
    ...(ratios.rows.length === 0 ? [] : ['\nHow many times better (above 1 is better):\n', textOf(ratios)]),
    '',
    ...absent.map(({ name, why }) => `absent: ${name}: ${why}`),
    ...disqualified.map(({ name, why }) => `disqualified: ${name}: ${why}`),
    ...notes.map((note) => `note: ${note}`),
    '',
  ].join('\n')
}

function textOf({ heading, rows }: Table): string {
  return columns(heading, rows, heading.slice(1))
}
