import type { z } from 'zod'

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section of keys',
  record: 'a section of names',
}

/** The phrase for an issue of the schema's own checks, to be read after `key: `. */
export function sayIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return `needs ${String(issue.path?.at(-1) ?? 'a value')}`
    return `expected ${KINDS[issue.expected] ?? issue.expected}`
  }
  if (issue.code === 'invalid_value') return `expected ${alternatives(issue.values.map(String))}`
  if (issue.code === 'invalid_key') return issue.issues[0]?.message
  if (issue.code === 'too_big') return `must be at most ${String(issue.maximum)}`
  if (issue.code !== 'too_small') return undefined
  return issue.origin === 'string' ? 'must not be empty' : `must be at least ${String(issue.minimum)}`
}

/** `, got "x"`: the value as it was written, cut short; nothing where it is too big to help. */
export function sayGot(value: unknown): string {
  if (value === null) return ', got no value'
  if (value === undefined || typeof value === 'object') return ''
  const text = JSON.stringify(value)
  return `, got ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`
}

function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
