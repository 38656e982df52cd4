import { parseAddress } from '../ip-address.ts'

export type NormalisedHost = { readonly ok: true; readonly host: string } | { readonly ok: false; readonly why: string }

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
/** Names that need no change: lower case, and a last label that starts with a letter. */
const ordinary = new RegExp(`^(?:${label}\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
const maxLength = 253

/**
 * The canonical form of a host name from a client or a configuration: lower case, without the root's dot. `why` says
 * in a few words what is wrong, and holds printable ASCII only.
 */
export function normaliseHost(raw: string): NormalisedHost {
  if (raw.length <= maxLength && ordinary.test(raw)) return { ok: true, host: raw }
  const dotless = raw.endsWith('.') ? raw.slice(0, -1) : raw
  // Before toLowerCase, which turns some letters outside ASCII into ASCII ones.
  const why = problem(dotless)
  return why === undefined ? { ok: true, host: dotless.toLowerCase() } : { ok: false, why }
}

function problem(name: string): string | undefined {
  if (name === '') return 'the name is empty'
  if (name.length > maxLength) return `the name is longer than ${maxLength} bytes`
  if (parseAddress(name.replace(/^\[(.*)\]$/, '$1')) !== undefined) return 'an IP address is not a host name'
  const foreign = /[^A-Za-z0-9.-]/.exec(name)
  if (foreign !== null) return `the name contains ${escape(foreign[0])}`
  for (const label of name.split('.')) {
    if (label === '') return 'the name has an empty label'
    if (label.length > 63) return 'a label of the name is longer than 63 bytes'
    if (label.startsWith('-') || label.endsWith('-')) return 'a label of the name starts or ends with a hyphen'
  }
  return isNumeric(name) ? 'the last label of the name is a number' : undefined
}

/** Resolvers may read a name that ends in a number as an IPv4 address (https://url.spec.whatwg.org/#ends-in-a-number-checker). */
function isNumeric(name: string): boolean {
  return /^(?:\d+|0x[0-9a-f]*)$/i.test(name.slice(name.lastIndexOf('.') + 1))
}

function escape(character: string): string {
  const code = character.charCodeAt(0)
  if (code > 0x20 && code < 0x7f) return `"${character.replace(/["\\]/, String.raw`\$&`)}"`
  return code < 0x100 ? String.raw`\x${hex(code, 2)}` : String.raw`\u${hex(code, 4)}`
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
