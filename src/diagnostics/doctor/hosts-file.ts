import { networkInterfaces } from 'node:os'
import type { HostsLine } from '../system-hosts.ts'
import { type Finding, ok, warning } from './check.ts'

/** Names of ours that a hosts file gives an address, by name. */
export type Mapped = ReadonlyMap<string, string>

/** What of the lines is about names that the configuration admits. The first line for a name counts, as it does for the system. */
export function mappedIn(lines: readonly HostsLine[], admits: (host: string) => boolean): Mapped {
  const found = new Map<string, string>()
  for (const { address, names } of lines)
    for (const name of names.map((each) => each.toLowerCase()))
      if (!found.has(name) && admits(name)) found.set(name, address)
  return found
}

/** On the proxy's host: the proxy never reads it, everything else does. */
export function hostsFileOfProxy(path: string, mapped: Mapped): Finding {
  if (mapped.size === 0) return ok(`${path} names none of ACR's hosts`)
  const toItself = [...mapped.values()].some(isOwn)
  const seen = `${path} leads ${sayNames(mapped)} to ${sayAddresses(mapped)}${toItself ? ', this host itself' : ''}`
  return warning(
    seen,
    toItself
      ? 'the lines are for clients: acr-proxy ignores them here, but any other proxy on this host would call itself for ever, and docker and curl here go round through acr-proxy. Take them out: acr-proxy hosts --remove'
      : 'acr-proxy ignores them, docker and curl on this host do not: take them out unless that is meant',
  )
}

/** On a client: how it is usually told of the proxy. */
export function hostsFileOfClient(path: string, mapped: Mapped): Finding {
  if (mapped.size === 0) return ok(`${path} names none of ACR's hosts: DNS decides`)
  const addresses = new Set(mapped.values())
  const seen = `${path} leads ${sayNames(mapped)} to ${sayAddresses(mapped)}`
  if (addresses.size === 1) return ok(seen)
  return warning(seen, 'lines of two proxies: keep those of one, as `acr-proxy hosts --write` does')
}

function sayNames(mapped: Mapped): string {
  const [first = ''] = mapped.keys()
  return mapped.size === 1 ? first : `${mapped.size} of ACR's names`
}

function sayAddresses(mapped: Mapped): string {
  return [...new Set(mapped.values())].join(' and ')
}

/** Whether an address is one of this host's. */
export function isOwn(address: string): boolean {
  if (address.startsWith('127.') || address === '::1') return true
  return Object.values(networkInterfaces()).some((list) => (list ?? []).some((entry) => entry.address === address))
}
