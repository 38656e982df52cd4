import { UserError } from '../errors.ts'
import type { Arguments } from './options.ts'

/** The value of a flag that takes one; a UserError where it was given twice. */
export function textOf(argv: Arguments, flag: string): string | undefined {
  const value = argv[flag]
  if (Array.isArray(value)) throw new UserError(`--${flag} is there twice, it takes one value`, { exitCode: 2 })
  return typeof value === 'string' ? value : undefined
}

/** The values of a flag that may be repeated, or of words after the command; items may be separated by commas, too. */
export function listOf(argv: Arguments, name: string): readonly string[] {
  const value = argv[name]
  const texts: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return texts.flatMap((text) => String(text).split(',')).flatMap((text) => (text.trim() === '' ? [] : [text.trim()]))
}
