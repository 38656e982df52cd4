import { isIP, isIPv4 } from 'node:net'

/** An address as a number. An IPv4-mapped IPv6 address is the IPv4 address it stands for. */
export interface IpAddress {
  readonly family: 4 | 6
  readonly value: bigint
}

/** Reads IPv4, IPv6, or IPv6 with a zone, which is left out; undefined for anything else. */
export function parseAddress(text: string): IpAddress | undefined {
  const family = isIP(text)
  if (family === 4) return { family, value: BigInt(ipv4Value(text)) }
  if (family !== 6) return undefined
  const mapped = text.slice('::ffff:'.length)
  if (/^::ffff:/i.test(text) && isIPv4(mapped)) return { family: 4, value: BigInt(ipv4Value(mapped)) }
  const value = ipv6Value(text)
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value }
}

/** The one text of an address: a dotted quad, or IPv6 as in RFC 5952. */
export function addressText({ family, value }: IpAddress): string {
  const digits = value.toString(16).padStart(family === 4 ? 8 : 32, '0')
  if (family === 4) return (digits.match(/.{2}/g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.')
  // The URL parser is the one canonicaliser of IPv6 text in the platform that needs no socket module.
  return new URL(`http://[${(digits.match(/.{4}/g) ?? []).join(':')}]`).hostname.slice(1, -1)
}

/** The one text of an address that is written in any way, with its zone; undefined for anything else. */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text)
  if (address === undefined) return undefined
  const zone = text.indexOf('%')
  // An IPv4 address has no zone, even where it is written as IPv6.
  return addressText(address) + (zone < 0 || address.family === 4 ? '' : text.slice(zone))
}

/** The text of an address without the prefix that an IPv4 one has on a dual-stack socket. */
export function unmapped(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}

function ipv4Value(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0)
}

function ipv6Value(text: string): bigint {
  const [address = ''] = text.split('%')
  const [head = '', tail] = address.split('::')
  const before = groups(head)
  const after = tail === undefined ? '' : groups(tail)
  return BigInt(`0x${before}${'0'.repeat(32 - before.length - after.length)}${after}`)
}

/** The hexadecimal digits of colon-separated groups, of which the last may be a dotted IPv4 address. */
function groups(text: string): string {
  if (text === '') return ''
  return text
    .split(':')
    .map((group) => (group.includes('.') ? ipv4Value(group).toString(16).padStart(8, '0') : group.padStart(4, '0')))
    .join('')
}
