import { anchorPaths, type Layer, putAt, spoils, type Tree } from './layer.ts'
import { ENV_PREFIX, type Option, type OptionKind, options } from './options.ts'
import type { Problem, Source } from './problems.ts'
import { didYouMean } from './suggest.ts'
import { type Checked, invalid, valid } from './values.ts'

/** The texts given for each flag (its name without dashes), in the order of the command line. */
export type Flags = Readonly<Record<string, readonly string[]>>

/** Names the configuration file, so it is no option of the file itself. */
export const FILE_VARIABLE = 'ACR_PROXY_CONFIG'

/** Kubernetes gives every pod such variables for a Service called acr-proxy: they are not meant for us. */
const OF_KUBERNETES = /^ACR_PROXY_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/

/** The layer of the `ACR_PROXY_*` variables; an empty one counts as not set. */
export function environmentLayer(env: Readonly<Record<string, string | undefined>>): Layer {
  const known = [FILE_VARIABLE, ...options.map((option) => option.env)]
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith(ENV_PREFIX) && !known.includes(name) && !OF_KUBERNETES.test(name),
  )
  const layer = textLayer(
    (option) => {
      const value = env[option.env]
      return value ? [value] : undefined
    },
    (option) => ({ from: 'environment', name: option.env }),
  )
  const problems = unknown.map((name): Problem => ({
    source: { from: 'environment', name },
    key: undefined,
    why: `unknown variable${didYouMean(name, known)}`,
  }))
  return { ...layer, problems: [...problems, ...layer.problems] }
}

/** The layer of the command line. */
export function flagLayer(flags: Flags): Layer {
  return textLayer(
    (option) => flags[option.flag],
    (option) => ({ from: 'flag', flag: option.flag }),
  )
}

/** A layer of texts by option: the environment, the flags. */
function textLayer(
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

const READERS: Readonly<Record<OptionKind, (texts: readonly string[]) => Checked<unknown>>> = {
  text: (texts) => valid(last(texts)),
  number: (texts) => valid(/^\d+(\.\d+)?$/.test(last(texts)) ? Number(last(texts)) : last(texts)),
  list: (texts) => valid(items(texts)),
  map: (texts) => pairs(items(texts)),
}

/** What a file would say, from the texts of a flag (once or repeated) or of one environment variable. */
export function fromTexts(option: Option, texts: readonly string[]): Checked<unknown> {
  return READERS[option.kind](texts)
}

/** Of a flag that takes one value the last one given counts. */
function last(texts: readonly string[]): string {
  return texts.at(-1)?.trim() ?? ''
}

function items(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(',')).flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
}

function pairs(texts: readonly string[]): Checked<Readonly<Record<string, readonly string[]>>> {
  const found = new Map<string, readonly string[]>()
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) return invalid(`expected name=address or name=address:port, got ${JSON.stringify(text)}`)
    const name = text.slice(0, at)
    found.set(name, [...(found.get(name) ?? []), text.slice(at + 1)])
  }
  return valid(Object.fromEntries(found))
}
