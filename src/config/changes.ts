import { isDeepStrictEqual } from 'node:util'
import { valueAt } from './layer.ts'
import { options } from './options.ts'
import type { Config } from './schema.ts'

/** Keys of the options whose values differ; `fixed` are those among them that a running proxy cannot change. */
export function changes(
  before: Config,
  after: Config,
): { readonly changed: readonly string[]; readonly fixed: readonly string[] } {
  const differing = options.filter(({ path }) => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path)))
  return {
    changed: differing.map(({ key }) => key),
    fixed: differing.filter(({ isFixed }) => isFixed).map(({ key }) => key),
  }
}
