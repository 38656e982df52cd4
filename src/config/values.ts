import { findRegion } from '../acr/regions.ts'
import { parseCidr } from '../proxy/cidr-list.ts'
import { addressText, canonicalAddress } from '../proxy/ip-address.ts'
import { parseHostPattern } from '../proxy/route/host-pattern.ts'
import { normaliseHost } from '../proxy/route/hostname.ts'

/** What a check of one value says: the precise value, or why not in a phrase that reads well after `key: `. */
export type Checked<T> = { readonly ok: true; readonly value: T } | Invalid

export interface Invalid {
  readonly ok: false
  readonly why: string
  /** What was probably meant. */
  readonly meant?: string
}

export function valid<T>(value: T): Checked<T> {
  return { ok: true, value }
}

export function invalid(why: string, meant?: string): Invalid {
  return meant === undefined ? { ok: false, why } : { ok: false, why, meant }
}

/** A region id that exists or may exist: one that nearly is another is taken for a mistake. */
export function checkRegion(text: string): Checked<string> {
  const found = findRegion(text)
  if (found.kind === 'invalid') return invalid('expected a region id such as cn-beijing', found.suggestion)
  if (found.kind === 'misspelt') return invalid('there is no such region', found.suggestion)
  return valid(text)
}

/** A whole host name, in the spelling the router knows. */
export function checkHost(text: string): Checked<string> {
  const name = normaliseHost(text)
  return name.ok ? valid(name.host) : name
}

/** A host name or '*.suffix', where the suffix has two labels at least. */
export function checkHostPattern(text: string): Checked<string> {
  const parsed = parseHostPattern(text)
  if (!parsed.ok) return parsed
  const { kind, host } = parsed.pattern
  return valid(kind === 'suffix' ? `*.${host}` : host)
}

/** The name of an Enterprise instance: what stands before `-registry` in its host names. */
export function checkInstance(text: string): Checked<string> {
  const name = label(text)
  if (name !== undefined) return valid(name)
  return invalid('expected the instance name alone, such as acme for acme-registry.cn-beijing.cr.aliyuncs.com')
}

/** The name of an OSS bucket, or '*' for any. */
export function checkBucket(text: string): Checked<string> {
  const name = text === '*' ? text : label(text)
  return name === undefined ? invalid('expected a bucket name alone, such as my-bucket, or "*" for any') : valid(name)
}

/** A CIDR or a bare address (then /32 or /128), without host bits. */
export function checkCidr(text: string): Checked<string> {
  const parsed = parseCidr(text)
  if (!parsed.ok) return parsed
  const { family, first, prefix } = parsed.cidr
  return valid(`${addressText({ family, value: first })}/${prefix}`)
}

/** An IP address in its one spelling. */
export function checkAddress(text: string): Checked<string> {
  const address = canonicalAddress(text)
  return address === undefined ? invalid('expected an IPv4 or IPv6 address') : valid(address)
}

/** A token of the admin listener, in the syntax of RFC 6750 section 2.1. */
export function checkToken(text: string): Checked<string> {
  if (/^[\w.~+/-]{16,}=*$/.test(text)) return valid(text)
  return invalid('expected at least 16 letters, digits or any of . _ ~ + / -, as `openssl rand -hex 16` makes them')
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Timers of Node fire at once beyond this many milliseconds (signed 32 bits, about 24.8 days). */
const LONGEST = 2 ** 31 - 1

/** Milliseconds of '10s', '500ms', '10m', '1h', '1d', or of a bare number of seconds (as number or text). */
export function checkDuration(value: string | number): Checked<number> {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(String(value).trim())
  if (!parts) return invalid('expected a duration such as 500ms, 10s, 10m or 1h, or a number of seconds')
  const milliseconds = Math.round(Number(parts[1]) * (UNITS[parts[2] ?? 's'] ?? 1000))
  return milliseconds <= LONGEST ? valid(milliseconds) : invalid('must be at most 24 days')
}

/** An address and a port as a user writes them; what was left out is undefined. */
export interface Endpoint {
  readonly address: string | undefined
  readonly port: number | undefined
}

const ENDPOINTS = [
  /^\[(?<address>[^\]]*:[^\]]*)\](?::(?<port>\d+))?$/,
  /^(?<address>[^:[\]]*):(?<port>\d+)$/,
  /^(?<address>[^[\]]+)$/,
]

/** Reads 'addr', 'addr:port', ':port', '[v6]:port', '[v6]' and a bare IPv6 address; names are refused. Ports: 0-65535. */
export function checkEndpoint(text: string): Checked<Endpoint> {
  const groups = ENDPOINTS.map((shape) => shape.exec(text.trim())?.groups).find((found) => found !== undefined)
  if (!groups) return invalid('expected an IP address, with or without a port; an IPv6 address stands in brackets')
  const port = groups['port'] === undefined ? undefined : Number(groups['port'])
  if (port !== undefined && port > 65_535) return invalid('the port must be at most 65535')
  if (groups['address'] === '') return valid({ address: undefined, port })
  const address = canonicalAddress(groups['address'] ?? '')
  if (address === undefined) return invalid('the address must be an IPv4 or IPv6 address, not a name')
  return valid({ address, port })
}

/** A single label of a host name, in lower case. */
function label(text: string): string | undefined {
  const name = text.includes('.') ? undefined : normaliseHost(`${text}.example`)
  return name?.ok ? name.host.slice(0, -'.example'.length) : undefined
}
