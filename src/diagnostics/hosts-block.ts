import { UserError } from '../errors.ts'
import { parseHosts } from './system-hosts.ts'

/** Lines of a hosts file between these are ours. */
export const BEGIN = '# BEGIN acr-proxy'
export const END = '# END acr-proxy'

/** The text with `lines` between the markers: where the markers are, or at the end. Throws a UserError for odd markers. */
export function putBlock(text: string, lines: readonly string[]): string {
  const { before, block, after } = split(text)
  const end = lineEnd(text)
  const open = block === undefined && before !== '' && !before.endsWith('\n') ? before + end : before
  return `${open}${[BEGIN, ...lines, END].map((line) => line + end).join('')}${after}`
}

/** The text without the markers and what is between them. Throws a UserError for odd markers. */
export function dropBlock(text: string): string {
  const { before, after } = split(text)
  return before + after
}

/** Lines outside the markers that give one of `hosts` an address; lines count from 1. */
export function otherLines(
  text: string,
  hosts: ReadonlySet<string>,
): readonly { readonly line: number; readonly host: string; readonly address: string }[] {
  const { before, block = '', after } = split(text)
  const skipped = linesOf(before).length + linesOf(block).length
  const others = [...parseHosts(before), ...parseHosts(after, skipped + 1)]
  return others.flatMap(({ line, address, names }) =>
    names.filter((name) => hosts.has(name.toLowerCase())).map((host) => ({ line, host, address })),
  )
}

interface Parts {
  readonly before: string
  /** The markers and what is between them; undefined where there are none. */
  readonly block: string | undefined
  readonly after: string
}

function split(text: string): Parts {
  const lines = linesOf(text)
  const marks = lines.flatMap((line, index) => {
    const mark = line.trimEnd()
    return mark === BEGIN || mark === END ? [{ mark, index }] : []
  })
  const [first, second, third] = marks
  if (first === undefined) return { before: text, block: undefined, after: '' }
  if (first.mark !== BEGIN) throw odd(first.index, `"${END}" without "${BEGIN}"`)
  if (second?.mark !== END) throw odd(first.index, `"${BEGIN}" without "${END}"`)
  if (third !== undefined) throw odd(third.index, 'a second block of acr-proxy')
  return {
    before: lines.slice(0, first.index).join(''),
    block: lines.slice(first.index, second.index + 1).join(''),
    after: lines.slice(second.index + 1).join(''),
  }
}

function odd(index: number, what: string): UserError {
  return new UserError(`line ${index + 1}: ${what}`, { hint: 'mend the markers by hand; nothing was changed' })
}

/** Each with its end. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** What ends the first line, so that a file with CRLF keeps it. */
function lineEnd(text: string): string {
  return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n'
}
