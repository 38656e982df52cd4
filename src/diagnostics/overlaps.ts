import type { NetworkInterfaceInfo } from 'node:os'
import type { Range } from './ranges.ts'
import { holds, spanOf } from './span.ts'

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** Ranges that a network of this host overlaps with, in words; `interfaces` as os.networkInterfaces gives them. */
export function overlaps(ranges: readonly Range[], interfaces: Interfaces): readonly string[] {
  const local = Object.entries(interfaces).flatMap(([name, entries]) =>
    (entries ?? []).flatMap(({ internal, cidr }) => (internal || cidr === null ? [] : [{ name, ...spanOf(cidr) }])),
  )
  const found = ranges.flatMap((range) => {
    const span = spanOf(range.cidr)
    const subject = `${range.cidr} (${range.purpose} of ${range.region})`
    return local.flatMap((network) => {
      if (holds(network, span)) return [`${subject} lies in ${network.cidr}, the network of ${network.name} here`]
      return holds(span, network) ? [`${subject} takes in ${network.cidr}, the network of ${network.name} here`] : []
    })
  })
  return [...new Set(found)]
}
