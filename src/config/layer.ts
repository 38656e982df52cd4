import { resolve } from 'node:path'
import { type Option, options } from './options.ts'
import type { Problem, Source } from './problems.ts'

/** What one source of configuration says. */
export interface Layer {
  /** undefined: it could not be read at all. */
  readonly tree: unknown
  /** Where the layer says what is at a path. */
  source(path: readonly PropertyKey[]): Source
  /** What was wrong already while reading. */
  readonly problems: readonly Problem[]
}

/** The layers as one. */
export interface Merged {
  /** The values that are set and good; the schema adds the defaults. */
  readonly tree: Tree
  /** For each option that is set, good or not, the layer that has the last word. */
  readonly origins: ReadonlyMap<string, Layer>
}

/** Later layers win, option by option; a list or map is replaced as a whole. `spoilt` options stay unset. */
export function merge(layers: readonly Layer[], spoilt: ReadonlySet<string>): Merged {
  const tree: Tree = {}
  const origins = new Map<string, Layer>()
  for (const { key, path } of options) {
    const winner = layers.findLast((layer) => valueAt(layer.tree, path) !== undefined)
    if (winner === undefined) continue
    origins.set(key, winner)
    if (!spoilt.has(key)) putAt(tree, path, valueAt(winner.tree, path))
  }
  return { tree, origins }
}

/** Makes the relative paths among a layer's values absolute: a path in a file is relative to that file. */
export function anchorPaths(tree: unknown, directory: string): void {
  if (!isTree(tree)) return
  for (const option of options.filter(({ isPath }) => isPath)) {
    const value = valueAt(tree, option.path)
    if (typeof value === 'string' && value !== '') putAt(tree, option.path, resolve(directory, value))
  }
}

/** Whether a problem at `path` leaves the option without a usable value. */
export function spoils(path: readonly PropertyKey[], option: Option): boolean {
  const shared = Math.min(path.length, option.path.length)
  return option.path.slice(0, shared).every((step, index) => step === path[index])
}

/** What a file, the environment or the flags say before it is checked: nested objects as in the file. */
export type Tree = Record<string, unknown>

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path, undefined where the path leads nowhere. */
export function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  let value = tree
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

/** Puts a value at a path of sections, making those that are missing. */
export function putAt(tree: Tree, path: readonly string[], value: unknown): void {
  const [step, ...rest] = path
  if (step === undefined) return
  if (rest.length === 0) {
    tree[step] = value
    return
  }
  const inner = tree[step]
  const section = isTree(inner) ? inner : {}
  tree[step] = section
  putAt(section, rest, value)
}

/**
 * A path of the schema's lists and sections as the tree has it: without the index where one item stands for its list, and
 * cut where one text stands for a section.
 */
export function writtenPath(tree: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  const written: PropertyKey[] = []
  for (const step of path) {
    const here = valueAt(tree, written)
    if (typeof step === 'number' && !Array.isArray(here)) continue
    if (valueAt(here, [step]) === undefined) break
    written.push(step)
  }
  return written
}

/** `resolver.routes[0].cidr` */
export function sayPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}
