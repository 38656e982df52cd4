import IPCIDR from 'ip-cidr'

/** A network from its first to its last address; host bits may be set in what it was made from. */
export interface Span {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  /** Without host bits. */
  readonly cidr: string
}

/** Reads a CIDR that is known to be one. */
export function spanOf(cidr: string): Span {
  const network = new IPCIDR(cidr)
  return {
    family: cidr.includes(':') ? 6 : 4,
    first: network.start<bigint>({ type: 'bigInteger' }),
    last: network.end<bigint>({ type: 'bigInteger' }),
    cidr: `${network.start<string>()}/${cidr.slice(cidr.indexOf('/') + 1)}`,
  }
}

/** Whether all of `inner` is in `outer`. */
export function holds(outer: Span, inner: Span): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last
}

/** The network of so many bits around an address; the address alone for IPv6. */
export function around(address: string, bits: number): string {
  return address.includes(':') ? `${address}/128` : spanOf(`${address}/${bits}`).cidr
}
