import { isIPv6 } from 'node:net'
import IPCIDR from 'ip-cidr'
import { type Checked, invalid, valid } from './checked.ts'
import { canonicalAddress } from './endpoint.ts'

/** A CIDR or a bare address (then /32 or /128), without host bits. */
export function checkCidr(text: string): Checked<string> {
  const full = text.includes('/') ? text : `${text}/${isIPv6(text) ? 128 : 32}`
  if (!IPCIDR.isValidCIDR(full)) return invalid('expected an address or a network such as 10.0.0.0/8')
  const network = `${new IPCIDR(full).start<string>()}${full.slice(full.indexOf('/'))}`
  const given = canonicalAddress(full.slice(0, full.indexOf('/')))
  if (canonicalAddress(network.slice(0, network.indexOf('/'))) !== given) {
    return invalid(`is not the first address of the network, write ${network}`)
  }
  return valid(full)
}

/** An IP address in its one spelling. */
export function checkAddress(text: string): Checked<string> {
  const address = canonicalAddress(text)
  return address === undefined ? invalid('expected an IPv4 or IPv6 address') : valid(address)
}
