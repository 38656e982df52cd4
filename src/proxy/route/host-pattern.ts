import { normaliseHost } from './hostname.ts'

/** `host` is the whole name, or for a suffix what follows `*.`: any depth below it matches, itself does not. */
export interface HostPattern {
  readonly kind: 'exact' | 'suffix'
  readonly host: string
}

export type ParsedHostPattern =
  | { readonly ok: true; readonly pattern: HostPattern }
  | { readonly ok: false; readonly why: string }

/** Reads one entry of `allow.hosts`: `registry.example.com` or `*.example.com`. */
export function parseHostPattern(text: string): ParsedHostPattern {
  const kind = text.startsWith('*.') ? 'suffix' : 'exact'
  const rest = kind === 'suffix' ? text.slice(2) : text
  if (rest.includes('*')) return { ok: false, why: '"*" stands only in front of a dot, as in "*.example.com"' }
  const name = normaliseHost(rest)
  if (!name.ok) return name
  if (kind === 'suffix' && !name.host.includes('.')) {
    return { ok: false, why: `"*.${name.host}" admits a whole top-level domain: name at least two labels after "*."` }
  }
  return { ok: true, pattern: { kind, host: name.host } }
}
