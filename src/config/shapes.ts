import { z } from 'zod'
import type { Checked } from './checked.ts'
import { parseDuration } from './duration.ts'

/** A text made a precise value by `check`, whose `why` becomes the issue. */
export function checkedText<T>(check: (text: string) => Checked<T>) {
  return z.string().transform((text, context): T => settle(check(text), context))
}

/** A list that may also be written as its only item; at least `min` items. */
export function oneOrMany<T extends z.ZodType>(item: T, { min = 0 }: { readonly min?: number } = {}) {
  const list = z.array(item).min(min, { error: 'needs at least one' }).meta({ oneOrMany: true })
  return z.preprocess(
    (value) => (value === undefined || value === null || Array.isArray(value) ? value : [value]),
    list,
  )
}

/** A section that may also be written as one text, which `expand` turns into keys; `expected` names the text's forms. */
export function textOrSection<S extends z.ZodRawShape>(shape: S, expected: string, expand: (text: string) => unknown) {
  const section = z
    .strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? `expected ${expected}` : undefined) })
    .meta({ textOrSection: true })
  return z.preprocess((value) => (typeof value === 'string' ? expand(value) : value), section)
}

/** A duration in its human form, as milliseconds from `min` up; `fallback` is the default. */
export function duration(fallback: string, { min = 1 }: { readonly min?: number } = {}) {
  return z
    .union([z.string(), z.number()], { error: 'expected a duration such as 10s, 500ms, 10m or 1h' })
    .transform((value, context): number => {
      const milliseconds = settle(parseDuration(value), context)
      if (milliseconds < min) context.addIssue({ code: 'custom', message: 'must be more than zero', input: value })
      return milliseconds
    })
    .prefault(fallback)
}

/** An issue about how values go together, where to quote one of them would not help. */
export function complain(context: z.RefinementCtx, path: readonly string[], message: string): void {
  context.addIssue({ code: 'custom', path: [...path], message, params: { aboutSeveral: true } })
}

/** A TCP port that can be dialled. */
export const port = z.number().int().min(1).max(65_535)

/** A cap on something counted. */
export const cap = z.number().int().min(1)

/** The value of a good check; otherwise its `why` as an issue of the parse in progress. */
export function settle<T>(result: Checked<T>, context: z.RefinementCtx): T {
  if (result.ok) return result.value
  context.addIssue({ code: 'custom', message: result.why })
  return z.NEVER
}
