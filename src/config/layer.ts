import { anchorPaths } from './anchor.ts'
import { configSchema } from './schema.ts'
import { keysAt, type Option, options } from './options.ts'
import type { Problem } from './problems.ts'
import { sayGot, sayIssue } from './say.ts'
import type { Source } from './source.ts'
import { didYouMean } from './suggest.ts'
import { fromTexts } from './text.ts'
import { putAt, sayPath, type Tree, valueAt, writtenPath } from './tree.ts'

/** What one source of configuration says. */
export interface Layer {
  /** undefined: it could not be read at all. */
  readonly tree: unknown
  /** Where the layer says what is at a path. */
  source(path: readonly PropertyKey[]): Source
  /** What was wrong already while reading. */
  readonly problems: readonly Problem[]
}

/** A layer of texts by option: the environment, the flags. */
export function textLayer(
  textsOf: (option: Option) => readonly string[] | undefined,
  sourceOf: (option: Option) => Source,
): Layer {
  const tree: Tree = {}
  const problems: Problem[] = []
  for (const option of options) {
    const texts = textsOf(option)
    if (texts === undefined) continue
    const read = fromTexts(option, texts)
    if (read.ok) putAt(tree, option.path, read.value)
    else problems.push({ source: sourceOf(option), key: option.key, why: read.why })
  }
  anchorPaths(tree, process.cwd())
  const source = (path: readonly PropertyKey[]): Source => {
    const option = options.find((option) => spoils(path, option))
    return option === undefined ? { from: 'default' } : sourceOf(option)
  }
  return { tree, source, problems }
}

/** What is wrong with each value of one layer, also with those that another layer overrides. */
export function checkLayer(
  layer: Layer,
): readonly { readonly path: readonly PropertyKey[]; readonly problem: Problem }[] {
  if (layer.tree === undefined) return []
  const result = configSchema.safeParse(layer.tree, { error: sayIssue })
  const issues = result.error?.issues ?? []
  return issues.flatMap((issue) => {
    // Whether a region is there at all is asked of all layers together.
    if (issue.path[0] === 'region' && valueAt(layer.tree, ['region']) === undefined) return []
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(layer, issue.path, key))
    const path = writtenPath(layer.tree, issue.path)
    const value = valueAt(layer.tree, path)
    const quotable = issue.code === 'custom' ? issue.params?.['aboutSeveral'] !== true : issue.code !== 'invalid_key'
    const guess = issue.code === 'invalid_value' ? didYouMean(String(value), issue.values.map(String)) : ''
    const why = issue.message + (quotable ? sayGot(value) : '') + guess
    return [{ path, problem: { source: layer.source(path), key: keyOf(path), why } }]
  })
}

function unknownKey(layer: Layer, section: readonly PropertyKey[], key: string) {
  const path = writtenPath(layer.tree, [...section, key])
  const guess = didYouMean(key, keysAt(section)) || elsewhere(key)
  return { path, problem: { source: layer.source(path), key: keyOf(path), why: `unknown key${guess}` } }
}

/** A key that exists, but in another section. */
function elsewhere(key: string): string {
  const found = options.find((option) => option.path.length > 1 && option.path.at(-1) === key)
  return found === undefined ? '' : ` (did you mean "${found.key}"?)`
}

function keyOf(path: readonly PropertyKey[]): string | undefined {
  return path.length === 0 ? undefined : sayPath(path)
}

/** Whether a problem at `path` leaves the option without a usable value. */
export function spoils(path: readonly PropertyKey[], option: Option): boolean {
  const shared = Math.min(path.length, option.path.length)
  return option.path.slice(0, shared).every((step, index) => step === path[index])
}
