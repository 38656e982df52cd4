import { readFile, writeFile } from 'node:fs/promises'
import { UserError } from '../../src/errors.ts'
import type { Results } from '../results.ts'
import { chartOf } from './chart.ts'
import { languages, type Language } from './languages.ts'
import { machineLine, versionsLine } from './provenance.ts'
import { headlines, mediansOf, ratiosOf, type Table } from './table.ts'

const ROOT = new URL('../../../', import.meta.url)
const CHART = 'docs/benchmark.svg'
const SAMPLES = 'docs/benchmark.json'
const BEGIN = '<!-- npm run bench -- --readme -->'
const END = '<!-- end of npm run bench -->'

/** Puts table and chart into both READMEs, and beside them all samples. */
export async function updateReadmes(results: Results, root = ROOT): Promise<void> {
  if (results.quick) throw new UserError('--readme: figures of --quick say nothing', { hint: 'leave --quick out' })
  for (const language of languages) {
    const file = new URL(language.readme, root)
    await writeFile(file, withSection(await readFile(file, 'utf8'), sectionOf(results, language), language.readme))
  }
  await writeFile(new URL(CHART, root), chartOf(results))
  await writeFile(new URL(SAMPLES, root), `${JSON.stringify(results)}\n`)
}

/** The text with another section between the markers. */
export function withSection(text: string, section: string, name: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) throw new UserError(`${name} lacks the lines "${BEGIN}" and "${END}"`)
  return `${text.slice(0, begin + BEGIN.length)}\n${section}\n${text.slice(end)}`
}

/** What a README says: where, what, how, and the figures. */
export function sectionOf(results: Results, { words, titleOf }: Language): string {
  const figures = headlines(results)
  const ratios = ratiosOf(results, figures, titleOf)
  const { disqualified, notes } = results
  return [
    '',
    `${words.machine(machineLine(results))} ${words.versions(versionsLine(results))}`,
    words.rounds(results.rounds),
    '',
    `![${words.chart}](${CHART})`,
    '',
    markdownOf(mediansOf(results, figures, titleOf)),
    '',
    ...(ratios.rows.length === 0 ? [] : [words.ratios, '', markdownOf(ratios), '']),
    ...disqualified.map(({ name }) => `${words.disqualified(name)}\n`),
    ...(notes.length === 0 ? [] : [...notes.map((note) => `- ${note}`), '']),
    words.samples(SAMPLES),
    '',
  ].join('\n')
}

function markdownOf({ heading, rows }: Table): string {
  const rule = heading.map((_, index) => (index === 0 ? '---' : '---:'))
  return [heading, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`.replace('|  |', '| |')).join('\n')
}
