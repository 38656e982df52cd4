import { isIP, isIPv6, SocketAddress } from 'node:net'
import { type Checked, invalid, valid } from './checked.ts'

/** An address and a port as a user writes them; what was left out is undefined. */
export interface Endpoint {
  readonly address: string | undefined
  readonly port: number | undefined
}

const SHAPES = [
  /^\[(?<address>[^\]]+)\](?::(?<port>\d+))?$/,
  /^(?<address>[^:[\]]*):(?<port>\d+)$/,
  /^(?<address>[^[\]]+)$/,
]

/** Reads 'addr', 'addr:port', ':port', '[v6]:port', '[v6]' and a bare IPv6 address; names are refused. Ports: 0-65535. */
export function parseEndpoint(text: string): Checked<Endpoint> {
  const groups = SHAPES.map((shape) => shape.exec(text.trim())?.groups).find((found) => found !== undefined)
  if (!groups) return invalid('expected an IP address, with or without a port')
  const address = groups['address'] === '' ? undefined : groups['address']
  const port = groups['port'] === undefined ? undefined : Number(groups['port'])
  if (port !== undefined && port > 65_535) return invalid('the port must be at most 65535')
  if (address === undefined) return valid({ address, port })
  const canonical = canonicalAddress(address)
  if (canonical === undefined) return invalid('the address must be an IPv4 or IPv6 address, not a name')
  if (text.trim().startsWith('[') && !isIPv6(address)) return invalid('only an IPv6 address stands in brackets')
  return valid({ address: canonical, port })
}

/** The one spelling of an IP address (`::0:1` is `::1`), undefined for anything else. A zone (`%eth0`) is kept. */
export function canonicalAddress(text: string): string | undefined {
  const family = isIP(text)
  if (family === 0) return undefined
  if (family === 4) return text
  const [address = text, zone] = text.split('%')
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  return zone === undefined ? canonical : `${canonical}%${zone}`
}
