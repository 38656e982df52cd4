import type { Loaded } from '../config/load.ts'
import { options } from '../config/options.ts'
import { saySource } from '../config/problems.ts'
import { flow } from '../config/render.ts'
import type { RefusalReason } from '../proxy/reject.ts'
import { type Amendment, amendmentsFor } from './amendments.ts'
import { nearestNames } from './nearest.ts'

/** What whoever runs the proxy can do about a refusal. */
export interface Remedy {
  /** Admitted names that may have been meant. */
  readonly nearest: readonly string[]
  /** One change that would admit it, as flags and as lines of the file: either does. undefined: no change would. */
  readonly change: { readonly flags: string; readonly lines: string } | undefined
}

export interface RefusedClient {
  readonly reason: RefusalReason
  readonly client: string
  /** The name it asked for, normalised. */
  readonly host: string | undefined
}

/** The remedy for a refusal that a change of the configuration's lists would lift; undefined for any other. */
export function remedyFor({ reason, client, host }: RefusedClient, loaded: Loaded): Remedy | undefined {
  if (reason === 'name-not-allowed' && host !== undefined) return remedyForName(host, 443, loaded)
  if (reason !== 'client-not-allowed') return undefined
  const clients = loaded.config.allow.clients ?? []
  return { nearest: [], change: sayChange([{ key: 'allow.clients', values: [...clients, client] }], loaded) }
}

/** The same for a name that no rule admits. */
export function remedyForName(host: string, port: number, loaded: Loaded): Remedy {
  return {
    nearest: nearestNames(host, loaded.config),
    change: sayChange(amendmentsFor(host, port, loaded.config), loaded),
  }
}

function sayChange(amendments: readonly Amendment[], { sources }: Loaded): Remedy['change'] {
  if (amendments.length === 0) return undefined
  const flags = amendments.map(({ key, values }) => {
    const flag = options.find((option) => option.key === key)?.flag ?? key
    return `--${flag} '${values.join(',')}'`
  })
  const lines = amendments.flatMap(({ key, values }) => {
    const [section = key, inner] = key.split('.')
    const entry = `${flow(values)} # now from ${saySource(sources[key] ?? { from: 'default' })}`
    return inner === undefined ? [`${section}: ${entry}`] : [`${section}:`, `  ${inner}: ${entry}`]
  })
  return { flags: flags.join(' '), lines: lines.join('\n') }
}
