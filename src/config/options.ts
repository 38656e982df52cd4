import { z } from 'zod'
import { configSchema } from './schema.ts'

/** How the text of a flag or a variable is read: as it is, as a number, split at commas, or split into name=value. */
export type OptionKind = 'text' | 'number' | 'list' | 'map'

/** One option, as the schema has it. */
export interface Option {
  /** Path in the file, joined by dots: `resolver.minTtl`. */
  readonly key: string
  readonly path: readonly string[]
  /** Without dashes: `resolver-min-ttl`. */
  readonly flag: string
  /** `ACR_PROXY_RESOLVER_MIN_TTL` */
  readonly env: string
  readonly kind: OptionKind
  readonly choices: readonly string[]
  readonly doc: string
  /** A form that only a file has. */
  readonly inFile: string | undefined
  /** The default in its human form; undefined when there is none. */
  readonly fallback: unknown
  /** What no value means, where the default does not say it. */
  readonly unset: string | undefined
  /** A path of the file system, relative to the file that names it. */
  readonly isPath: boolean
  /** A value that is shown to nobody. */
  readonly isSecret: boolean
  /** A running proxy cannot change it: it takes effect at the next start. */
  readonly isFixed: boolean
}

export const ENV_PREFIX = 'ACR_PROXY_'

/** Every option, in the order of the schema. */
export const options: readonly Option[] = optionsOf(configSchema, [])

/** The keys the schema knows at a path (indexes and names of maps included); none where it is no section. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: z.core.$ZodType = configSchema
  for (const step of path) {
    const bare = unwrap(schema)
    if (bare instanceof z.ZodObject) schema = bare.def.shape[String(step)] ?? z.never()
    else if (bare instanceof z.ZodArray) schema = bare.def.element
    else if (bare instanceof z.ZodRecord) schema = bare.def.valueType
    else return []
  }
  const bare = unwrap(schema)
  return bare instanceof z.ZodObject ? Object.keys(bare.def.shape) : []
}

function optionsOf(section: z.ZodObject, path: readonly string[]): readonly Option[] {
  return Object.entries(section.shape).flatMap(([name, schema]) => {
    const bare = unwrap(schema)
    const here = [...path, name]
    return bare instanceof z.ZodObject ? optionsOf(bare, here) : [optionOf(schema, bare, here)]
  })
}

function optionOf(schema: z.core.$ZodType, bare: z.core.$ZodType, path: readonly string[]): Option {
  const meta = z.globalRegistry.get(schema) ?? {}
  const key = path.join('.')
  const flag = textOf(meta['flag']) ?? kebab(key)
  return {
    key,
    path,
    flag,
    env: ENV_PREFIX + flag.replaceAll('-', '_').toUpperCase(),
    kind: kindOf(bare),
    choices: bare instanceof z.ZodEnum ? bare.options.map(String) : [],
    doc: meta.description ?? '',
    inFile: textOf(meta['inFile']),
    fallback: schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined,
    unset: textOf(meta['unset']),
    isPath: meta['path'] === true,
    isSecret: meta['secret'] === true,
    isFixed: meta['fixed'] === true,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function kebab(key: string): string {
  return key.replaceAll('.', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function kindOf(bare: z.core.$ZodType): OptionKind {
  if (bare instanceof z.ZodArray) return 'list'
  if (bare instanceof z.ZodRecord) return 'map'
  return bare instanceof z.ZodNumber ? 'number' : 'text'
}

/** The schema of what a user writes, under defaults, optionality and transformations. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) return unwrap(schema.def.innerType)
  if (!(schema instanceof z.ZodPipe)) return schema
  return unwrap(schema.def.in instanceof z.ZodTransform ? schema.def.out : schema.def.in)
}
