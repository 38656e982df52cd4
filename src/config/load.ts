import { existsSync } from 'node:fs'
import { checkLayer } from './check.ts'
import { type Conflict, conflicts } from './conflicts.ts'
import { environmentLayer, FILE_VARIABLE, flagLayer, type Flags } from './environment-and-flags.ts'
import { fileLayer } from './file.ts'
import { merge, type Merged, spoils, valueAt } from './layer.ts'
import { options } from './options.ts'
import { type Problem, problemsError, type Source } from './problems.ts'
import { type AdminConfig, type Config, configSchema } from './schema.ts'
import { warnings } from './warnings.ts'

/** Read when no file is named and this one exists. */
export const DEFAULT_FILE = '/etc/acr-proxy/acr-proxy.yaml'

export interface LoadOptions {
  readonly flags: Flags
  readonly env: Readonly<Record<string, string | undefined>>
  /** The file named on the command line. */
  readonly configPath: string | undefined
  readonly defaultFile?: string
}

export interface Loaded {
  readonly config: Config
  /** Where each option's value comes from, by key. */
  readonly sources: Readonly<Record<string, Source>>
  /** Each option's value as it was written, or its default's human form, by key. */
  readonly written: Readonly<Record<string, unknown>>
  readonly file: string | undefined
  readonly warnings: readonly string[]
}

const regionless = configSchema.omit({ region: true })

/** Defaults < file < environment < flags, checked; a UserError lists everything that is wrong in any of them. */
export function loadConfig(given: LoadOptions): Loaded {
  const { file, layers, faults, spoilt, merged } = read(given)
  const problems = [
    ...layers.flatMap((layer) => layer.problems),
    ...faults.map(({ problem }) => problem),
    // What is missing or does not go together can be told only when every source could be read.
    ...(layers.every(({ tree }) => tree !== undefined) ? together(merged, spoilt, file) : []),
  ]
  if (problems.length > 0) throw problemsError(problems)

  const config = configSchema.parse(merged.tree)
  return { config, sources: sourcesOf(merged), written: writtenOf(merged), file, warnings: warnings(config) }
}

/** The admin section alone, for a command that asks a running proxy: what is wrong elsewhere does not matter to it. */
export function loadAdmin(given: LoadOptions): AdminConfig {
  const { layers, faults, merged } = read(given)
  const problems = [
    ...layers.flatMap(({ tree, problems }) => (tree === undefined ? problems : [])),
    ...faults.flatMap(({ path, problem }) => (path[0] === 'admin' ? [problem] : [])),
  ]
  if (problems.length > 0) throw problemsError(problems)
  return configSchema.shape.admin.parse(merged.tree['admin'])
}

/** All layers, what is wrong with values of each, and the good ones as one. */
function read({ flags, env, configPath, defaultFile = DEFAULT_FILE }: LoadOptions) {
  const named = configPath ?? (env[FILE_VARIABLE] || undefined)
  const file = named ?? (existsSync(defaultFile) ? defaultFile : undefined)
  const layers = [...(file === undefined ? [] : [fileLayer(file)]), environmentLayer(env), flagLayer(flags)]
  const faults = layers.flatMap((layer) => checkLayer(layer))
  const spoilt = options.filter((option) => faults.some(({ path }) => spoils(path, option))).map(({ key }) => key)
  return { file, layers, faults, spoilt, merged: merge(layers, new Set(spoilt)) }
}

/** What is wrong with the values of all layers together; `spoilt` options are known to be wrong already. */
function together(merged: Merged, spoilt: readonly string[], file: string | undefined): readonly Problem[] {
  const { region, ...rest } = merged.tree
  const clashes = conflicts(regionless.parse(rest)).filter(({ keys }) => !keys.some((key) => spoilt.includes(key)))
  const missing = region === undefined && !spoilt.includes('region')
  return [...(missing ? [regionMissing(file)] : []), ...clashes.map((clash) => blame(clash, merged))]
}

function regionMissing(file: string | undefined): Problem {
  const source: Source = file === undefined ? { from: 'default' } : { from: 'file', file, line: undefined }
  const example = file === undefined ? '`acr-proxy --region cn-beijing`' : '`region: cn-beijing`'
  return { source, key: 'region', why: 'is required', hint: `name the region of your registry, for example ${example}` }
}

/** Puts a conflict where the first of its options that was set at all was set. */
function blame({ keys, item, why }: Conflict, { origins }: Merged): Problem {
  const blamed = keys.find((key) => origins.has(key))
  const option = options.find(({ key }) => key === blamed)
  const path: readonly PropertyKey[] =
    option === undefined ? [] : [...option.path, ...(item === undefined ? [] : [item])]
  const source = option && origins.get(option.key)?.source(path)
  return { source: source ?? { from: 'default' }, key: keys.length === 1 ? keys[0] : undefined, why }
}

/** Where each option's value comes from, by key. */
function sourcesOf({ origins }: Merged): Readonly<Record<string, Source>> {
  const source = (key: string, path: readonly string[]): Source => origins.get(key)?.source(path) ?? { from: 'default' }
  return Object.fromEntries(options.map(({ key, path }) => [key, source(key, path)]))
}

/** Each option's value as it was written, or its default's human form, by key. */
function writtenOf({ tree }: Merged): Readonly<Record<string, unknown>> {
  return Object.fromEntries(options.map(({ key, path, fallback }) => [key, valueAt(tree, path) ?? fallback]))
}
