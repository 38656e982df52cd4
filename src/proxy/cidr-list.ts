import IPCIDR from 'ip-cidr'
import { addressText, parseAddress } from './ip-address.ts'

/** A network. `text` is how the user wrote it; a bare address is a network of one. */
export interface Cidr {
  readonly text: string
  readonly family: 4 | 6
  readonly prefix: number
  readonly first: bigint
  readonly last: bigint
}

export type ParsedCidr = { readonly ok: true; readonly cidr: Cidr } | { readonly ok: false; readonly why: string }

export interface CidrList {
  /** False for what is not an address. An IPv4-mapped address is matched as IPv4. */
  has(address: string): boolean
  /** The narrowest network that holds the address, as it was written. */
  longest(address: string): string | undefined
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a bare address. Set host bits are refused: they hide a mistake in one of the two parts. */
export function parseCidr(text: string): ParsedCidr {
  const [literal = '', length, ...rest] = text.split('/')
  const address = literal.includes('%') ? undefined : parseAddress(literal)
  if (address === undefined || rest.length > 0) return { ok: false, why: 'not an IP address or CIDR' }
  const mapped = address.family === 4 && literal.includes(':')
  const widest = literal.includes(':') ? 128 : 32
  const written = length === undefined ? widest : Number(/^(?:0|[1-9]\d{0,2})$/.exec(length)?.[0] ?? -1)
  const prefix = mapped ? written - 96 : written
  if (written > widest || prefix < 0)
    return { ok: false, why: `the prefix length is not in ${mapped ? 96 : 0} to ${widest}` }

  // Not as it is written: ip-cidr takes IPv6 with a dotted tail for the IPv4 address in that tail.
  const network = new IPCIDR(`${addressText(address)}/${prefix}`)
  const first = network.start<bigint>({ type: 'bigInteger' })
  const last = network.end<bigint>({ type: 'bigInteger' })
  if (first !== address.value) {
    return {
      ok: false,
      why: `bits are set after the prefix: the network is ${network.addressStart.correctForm()}/${prefix}`,
    }
  }
  return { ok: true, cidr: { text, family: address.family, prefix, first, last } }
}

/** Parses the networks once; throws a TypeError for one that configuration should have refused. */
export function createCidrList(cidrs: readonly string[]): CidrList {
  const narrowestFirst = cidrs.map(mustParse).sort((a, b) => b.prefix - a.prefix)
  const networks = {
    4: narrowestFirst.filter(({ family }) => family === 4),
    6: narrowestFirst.filter(({ family }) => family === 6),
  }

  function find(text: string): Cidr | undefined {
    if (narrowestFirst.length === 0) return undefined
    const address = parseAddress(text)
    if (address === undefined) return undefined
    const { family, value } = address
    return networks[family].find(({ first, last }) => first <= value && value <= last)
  }

  return {
    has: (address) => find(address) !== undefined,
    longest: (address) => find(address)?.text,
  }
}

function mustParse(text: string): Cidr {
  const parsed = parseCidr(text)
  if (!parsed.ok) throw new TypeError(`${JSON.stringify(text)}: ${parsed.why}`)
  return parsed.cidr
}
