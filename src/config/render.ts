import { stringify } from 'yaml'
import { z } from 'zod'
import type { Loaded } from './load.ts'
import { type Option, options } from './options.ts'
import { saySource } from './problems.ts'
import { configSchema } from './schema.ts'

const INTRODUCTION = `# Configuration

Every option can stand in a YAML file, in the environment and on the command line. Flags win over the environment, the
environment over the file, the file over the defaults. A list or a map is replaced as a whole, not merged.

- **File**: \`--config FILE\`, otherwise the file that \`ACR_PROXY_CONFIG\` names, otherwise \`/etc/acr-proxy/acr-proxy.yaml\` if
  there is one. [acr-proxy.example.yaml](../config/acr-proxy.example.yaml) has every key. A list of one item may be written
  as that item.
- **Environment and flags**: items of a list are separated by commas, or the flag is repeated. An empty variable counts as
  not set. A variable \`ACR_PROXY_*\` that is no option is an error, except those that Kubernetes makes for a Service.
- **Durations**: \`500ms\`, \`10s\`, \`10m\`, \`1h\`, \`1d\`, or a number of seconds.

\`acr-proxy config check\` lists everything that is wrong, each with its file and line, variable or flag.
\`acr-proxy config print\` shows the values in effect and where each comes from. \`acr-proxy config schema\` prints a JSON Schema
for editors.
`

const COLUMNS = ['Key', 'Flag', 'Environment', 'Default', 'Meaning']

/** docs/configuration.md: how options are given, and a table of all of them, by section. */
export function renderOptions(): string {
  const sections = [...new Set(options.map(sectionOf))]
  const tables = sections.map(
    (section) => `\n## ${section}\n\n${table(options.filter((option) => sectionOf(option) === section))}`,
  )
  return INTRODUCTION + tables.join('')
}

/** The key of the section an option stands in; `general` for those at the top. */
export function sectionOf({ path }: Option): string {
  return (path.length > 1 ? path[0] : undefined) ?? 'general'
}

/** The default as a user would write it, or what it means to give none. */
export function sayDefault({ fallback, unset }: Option): string {
  if (unset !== undefined) return unset
  const items = Array.isArray(fallback) ? fallback : typeof fallback === 'object' ? [] : [fallback]
  return items.length === 0 ? 'none' : items.join(', ')
}

function table(rows: readonly Option[]): string {
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...rows.map(cells)]
  return lines.map((line) => `| ${line.join(' | ')} |\n`).join('')
}

function cells(option: Option): readonly string[] {
  const preset =
    option.unset === undefined && sayDefault(option) !== 'none' ? `\`${sayDefault(option)}\`` : sayDefault(option)
  const meaning = sayMeaning(option) + sayInFile(option.inFile)
  return [`\`${option.key}\``, `\`--${option.flag}\``, `\`${option.env}\``, preset, meaning]
}

/** The line of doc, with the words to choose from where there are some. */
export function sayMeaning({ doc, choices }: Option): string {
  const unsaid = choices.filter((choice) => !doc.includes(`\`${choice}\``))
  return unsaid.length === 0 ? doc : `${doc} (${choices.join(', ')})`
}

function sayInFile(form: unknown): string {
  return typeof form === 'string' ? `; in the file ${form}` : ''
}

/** The configuration in effect as YAML that loads again; every value says where it comes from. */
export function renderEffective({ written, sources }: Loaded): string {
  const lines: string[] = []
  let open: string | undefined
  for (const option of options) {
    const section = option.path.length > 1 ? option.path[0] : undefined
    if (section !== undefined && section !== open) lines.push(`${section}:`)
    open = section
    const source = saySource(sources[option.key] ?? { from: 'default' })
    lines.push(`${entry(option, written[option.key]).padEnd(48)} # from ${source}`)
  }
  return `${lines.join('\n')}\n`
}

/** `  key: value`; an option without a value stands as a comment that says what this means, as does a secret. */
function entry(option: Option, value: unknown): string {
  const name = option.path.at(-1) ?? ''
  const shown = option.isSecret && value !== undefined ? 'set, and not shown' : (option.unset ?? 'not set')
  const line = value === undefined || option.isSecret ? `# ${name}: ${shown}` : `${name}: ${flow(value)}`
  return `${'  '.repeat(option.path.length - 1)}${line}`
}

/** A value as YAML on one line. */
export function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd()
}

/** The JSON Schema of the configuration file, for editors and other checkers. */
export function jsonSchema(): object {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    override({ jsonSchema, path }) {
      widen(jsonSchema)
      // All keys of a section may be commented out.
      if (path.length === 2 && jsonSchema.properties) Object.assign(jsonSchema, { type: ['object', 'null'] })
    },
  })
  return { title: 'acr-proxy configuration', ...schema }
}

/** Admits the short forms, which stand before the schema as preprocessing, and drops what only the options need. */
function widen(node: z.core.JSONSchema.BaseSchema): void {
  const {
    oneOrMany,
    textOrSection,
    inFile,
    flag,
    unset,
    path,
    secret,
    fixed,
    description,
    default: preset,
    ...rest
  } = node
  if ([oneOrMany, textOrSection, inFile, flag, unset, path, secret, fixed].every((value) => value === undefined)) return
  for (const key of Object.keys(node)) delete node[key]
  if (description !== undefined) node.description = description + sayInFile(inFile)
  if (preset !== undefined) node.default = preset
  if (oneOrMany === true) Object.assign(node, { anyOf: [rest.items, rest] })
  else if (textOrSection === true) Object.assign(node, { anyOf: [{ type: 'string' }, rest] })
  else Object.assign(node, rest)
}
