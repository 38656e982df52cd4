import { stringify } from 'yaml'
import type { Loaded } from './load.ts'
import { type Option, options } from './options.ts'
import { saySource } from './source.ts'

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

/** `  key: value`; an option without a value stands as a comment that says what this means. */
function entry(option: Option, value: unknown): string {
  const name = option.path.at(-1) ?? ''
  const line = value === undefined ? `# ${name}: ${option.unset ?? 'not set'}` : `${name}: ${flow(value)}`
  return `${'  '.repeat(option.path.length - 1)}${line}`
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd()
}
