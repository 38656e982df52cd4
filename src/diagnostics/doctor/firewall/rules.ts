import { holds, type Span, spanOf } from '../../span.ts'

/** Where a packet comes to a chain from the kernel: of replies, or of what we send. */
export type Direction = 'in' | 'out'

export interface Rule {
  /** As it is written. */
  readonly text: string
  /** Networks of sources (`in`) and of destinations (`out`) that it is about; undefined: of any. */
  readonly sources: readonly string[] | undefined
  readonly destinations: readonly string[] | undefined
  /** About connections that stand. */
  readonly established: boolean
  /** Not for all of our connections: it names an interface, a port, another protocol, or connections of another state. */
  readonly narrow: boolean
  readonly verdict: 'accept' | 'drop' | { readonly jump: string } | undefined
}

/** Chains by name; `hooks` are those that the kernel begins with. */
export interface Ruleset {
  readonly chains: ReadonlyMap<string, readonly Rule[]>
  readonly hooks: readonly { readonly chain: string; readonly direction: Direction }[]
}

/** Where Alibaba Cloud's services answer. */
const SERVICES = spanOf('100.64.0.0/10')

export interface Drop {
  readonly chain: string
  readonly rule: string
}

/** Rules that drop what goes to, or replies that come from, a part of 100.64.0.0/10. */
export function dropsOfServices({ chains, hooks }: Ruleset): readonly Drop[] {
  return hooks.flatMap(({ chain, direction }) => walk(chains, chain, direction, new Set()).drops)
}

function walk(
  chains: Ruleset['chains'],
  chain: string,
  direction: Direction,
  seen: Set<string>,
): { readonly drops: readonly Drop[]; readonly over: boolean } {
  const drops: Drop[] = []
  // A chain that leads back to itself is refused by the kernel; what is read here need not be whole.
  if (seen.has(chain)) return { drops, over: false }
  seen.add(chain)
  for (const { text, verdict, established, narrow, ...rule } of chains.get(chain) ?? []) {
    const networks = direction === 'in' ? rule.sources : rule.destinations
    const others = direction === 'in' ? rule.destinations : rule.sources
    if (verdict === undefined || narrow || others !== undefined) continue
    if (verdict === 'accept') {
      const takesAll = networks?.some((network) => holds(around(network), SERVICES)) ?? true
      // What is about standing connections lets replies in, and nothing out.
      if (takesAll && (direction === 'in' || !established)) return { drops, over: true }
      continue
    }
    if (verdict === 'drop' && !established && networks?.some(touchesServices)) drops.push({ chain, rule: text })
    if (typeof verdict === 'object' && (networks === undefined || networks.some(touchesServices))) {
      const inner = walk(chains, verdict.jump, direction, seen)
      drops.push(...inner.drops)
      if (inner.over) return { drops, over: true }
    }
  }
  return { drops, over: false }
}

function touchesServices(network: string): boolean {
  const span = around(network)
  return holds(SERVICES, span) || holds(span, SERVICES)
}

/** A single address is a network of one. */
function around(network: string): Span {
  return spanOf(network.includes('/') ? network : `${network}/${network.includes(':') ? 128 : 32}`)
}
