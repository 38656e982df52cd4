import type { Layer } from './layer.ts'
import { options } from './options.ts'
import type { Source } from './source.ts'
import { putAt, type Tree, valueAt } from './tree.ts'

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

/** Where each option's value comes from, by key. */
export function sourcesOf({ origins }: Merged): Readonly<Record<string, Source>> {
  const source = (key: string, path: readonly string[]): Source => origins.get(key)?.source(path) ?? { from: 'default' }
  return Object.fromEntries(options.map(({ key, path }) => [key, source(key, path)]))
}

/** Each option's value as it was written, or its default's human form, by key. */
export function writtenOf({ tree }: Merged): Readonly<Record<string, unknown>> {
  return Object.fromEntries(options.map(({ key, path, fallback }) => [key, valueAt(tree, path) ?? fallback]))
}
