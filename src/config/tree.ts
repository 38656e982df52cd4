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

/** The part of a path that the tree has as it was written: `listen.0.address` is `listen` where that is one text. */
export function writtenPath(tree: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  const missing = path.findIndex((_, index) => valueAt(tree, path.slice(0, index + 1)) === undefined)
  return missing < 0 ? path : path.slice(0, missing)
}

/** `resolver.routes[0].cidr` */
export function sayPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}
