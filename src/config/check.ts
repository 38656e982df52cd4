import type { z } from 'zod'
import { type Layer, sayPath, valueAt, writtenPath } from './layer.ts'
import { keysAt, options } from './options.ts'
import type { Problem } from './problems.ts'
import { configSchema } from './schema.ts'
import { didYouMean, sayMeant } from './suggest.ts'

/** Something wrong with a value, at its path as the layer has it. */
interface Fault {
  readonly path: readonly PropertyKey[]
  readonly problem: Problem
}

/** What is wrong with each value of one layer, also with those that another layer overrides. */
export function checkLayer(layer: Layer): readonly Fault[] {
  if (layer.tree === undefined) return []
  const result = configSchema.safeParse(layer.tree, { error: sayIssue })
  const issues = result.error?.issues ?? []
  return issues.flatMap((issue) => {
    // Whether a region is there at all is asked of all layers together.
    if (issue.path[0] === 'region' && valueAt(layer.tree, ['region']) === undefined) return []
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(layer, issue.path, key))
    const path = writtenPath(layer.tree, issue.path)
    const value = valueAt(layer.tree, path)
    const got = isQuotable(issue) && !isSecret(path) ? sayGot(value) : ''
    return [fault(layer, path, issue.message + got + guess(issue, value))]
  })
}

function unknownKey(layer: Layer, section: readonly PropertyKey[], key: string): Fault {
  const path = writtenPath(layer.tree, [...section, key])
  return fault(layer, path, `unknown key${didYouMean(key, keysAt(section)) || elsewhere(key)}`)
}

function fault(layer: Layer, path: readonly PropertyKey[], why: string): Fault {
  return { path, problem: { source: layer.source(path), key: path.length === 0 ? undefined : sayPath(path), why } }
}

/** A key that exists, but in another section. */
function elsewhere(key: string): string {
  return sayMeant(options.find((option) => option.path.length > 1 && option.path.at(-1) === key)?.key)
}

function isQuotable(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' ? issue.params?.['aboutSeveral'] !== true : issue.code !== 'invalid_key'
}

function isSecret(path: readonly PropertyKey[]): boolean {
  return options.some((option) => option.isSecret && option.key === path.join('.'))
}

function guess(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_value') return didYouMean(String(value), issue.values.map(String))
  const meant: unknown = issue.code === 'custom' ? issue.params?.['meant'] : undefined
  return typeof meant === 'string' ? sayMeant(meant) : ''
}

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
function sayIssue(issue: z.core.$ZodRawIssue): string | undefined {
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
function sayGot(value: unknown): string {
  if (value === null) return ', got no value'
  if (value === undefined || typeof value === 'object') return ''
  const text = JSON.stringify(value)
  return `, got ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`
}

function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
