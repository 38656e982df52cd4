const IPV4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/
const IPV6 = /^[0-9A-Fa-f:.]+$/
const IPV4_MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** The dotted quad itself when it is one, without leading zeros. */
export function ipv4(text: string): string | undefined {
  return IPV4.test(text) ? text : undefined
}

/** Canonical text (RFC 5952) of an IPv6 address without zone; an IPv4-mapped one becomes the IPv4 address it stands for. */
export function ipv6(text: string): string | undefined {
  // The URL parser is the one canonicaliser of IPv6 text in the platform that needs no socket module.
  const url = `http://[${text}]`
  if (!IPV6.test(text) || !URL.canParse(url)) return undefined
  const address = new URL(url).hostname.slice(1, -1)
  const [, high, low] = IPV4_MAPPED.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  // Lists, limits and logs know an IPv4 client under one name only.
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [a >>> 8, a & 255, b >>> 8, b & 255].join('.')
}
