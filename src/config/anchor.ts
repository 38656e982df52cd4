import { resolve } from 'node:path'
import { options } from './options.ts'
import { isTree, putAt, valueAt } from './tree.ts'

/** Makes the relative paths among a layer's values absolute: a path in a file is relative to that file. */
export function anchorPaths(tree: unknown, directory: string): void {
  if (!isTree(tree)) return
  for (const option of options.filter(({ isPath }) => isPath)) {
    const value = valueAt(tree, option.path)
    if (typeof value === 'string' && value !== '') putAt(tree, option.path, resolve(directory, value))
  }
}
