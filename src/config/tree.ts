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
