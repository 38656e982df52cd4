import { type Layer, textLayer } from './layer.ts'
import { ENV_PREFIX, options } from './options.ts'
import type { Problem } from './problems.ts'
import { didYouMean } from './suggest.ts'

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
