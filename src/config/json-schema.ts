import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The JSON Schema of the configuration file, for editors and other checkers. */
export function jsonSchema(): object {
  const schema = z.toJSONSchema(configSchema, { io: 'input', override: ({ jsonSchema }) => widen(jsonSchema) })
  return { title: 'acr-proxy configuration', ...schema }
}

/** Admits the short forms, which stand before the schema as preprocessing, and drops what only the options need. */
function widen(node: z.core.JSONSchema.BaseSchema): void {
  const {
    oneOrMany,
    textOrSection,
    flag: _flag,
    unset: _unset,
    path: _path,
    description,
    default: preset,
    ...rest
  } = node
  if (oneOrMany !== true && textOrSection !== true && !('unset' in node || 'flag' in node || 'path' in node)) return
  for (const key of Object.keys(node)) delete node[key]
  const alternative = oneOrMany === true ? rest.items : { type: 'string' as const }
  const short = oneOrMany === true || textOrSection === true
  Object.assign(node, description !== undefined && { description }, preset !== undefined && { default: preset })
  Object.assign(node, short ? { anyOf: [alternative, rest] } : rest)
}
