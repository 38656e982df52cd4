import { z } from 'zod'
import type { Rule, Ruleset } from './rules.ts'

const Chain = z.object({ family: z.string(), table: z.string(), name: z.string(), hook: z.string().optional() })
const Written = z.object({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  expr: z.array(z.record(z.string(), z.unknown())),
})
const Listing = z.object({ nftables: z.array(z.object({ chain: Chain.optional(), rule: Written.optional() })) })
const Match = z.object({ op: z.string(), left: z.unknown(), right: z.unknown() })
const Address = z.object({ payload: z.object({ protocol: z.string(), field: z.string() }) })
const Network = z.object({ prefix: z.object({ addr: z.string(), len: z.number() }) })
const Jump = z.object({ target: z.string() })

const DIRECTIONS: Readonly<Record<string, 'in' | 'out'>> = {
  input: 'in',
  prerouting: 'in',
  output: 'out',
  postrouting: 'out',
}
const FAMILIES: ReadonlySet<string> = new Set(['ip', 'inet'])

/** Reads what `nft -j list ruleset` prints. Throws for what is no such listing. */
export function parseNft(text: string): Ruleset {
  const chains = new Map<string, Rule[]>()
  const hooks: Ruleset['hooks'][number][] = []
  for (const { chain, rule } of Listing.parse(JSON.parse(text)).nftables) {
    if (chain !== undefined && FAMILIES.has(chain.family)) {
      const direction = DIRECTIONS[chain.hook ?? '']
      if (direction !== undefined) hooks.push({ chain: `${chain.table} ${chain.name}`, direction })
    }
    if (rule !== undefined && FAMILIES.has(rule.family)) {
      const name = `${rule.table} ${rule.chain}`
      chains.set(name, [...(chains.get(name) ?? []), ruleOf(rule)])
    }
  }
  return { chains, hooks }
}

function ruleOf({ table, chain, expr }: z.infer<typeof Written>): Rule {
  const matches = expr.flatMap((each) => {
    const match = Match.safeParse(each['match'])
    return match.success ? [match.data] : []
  })
  const networks = (field: string): readonly string[] | undefined => {
    const match = matches.find(({ left, op }) => addressField(left) === field && (op === '==' || op === 'in'))
    return match && networksOf(match.right)
  }
  return {
    text: `${table} ${chain}: ${sayRule(expr)}`,
    sources: networks('saddr'),
    destinations: networks('daddr'),
    established: expr.some(isConntrack) || matches.some(isEstablished),
    narrow: matches.some(isNarrow),
    verdict: verdictOf(table, expr),
  }
}

function addressField(left: unknown): string | undefined {
  const address = Address.safeParse(left)
  return address.success && address.data.payload.protocol === 'ip' ? address.data.payload.field : undefined
}

/** Networks, single addresses and sets of them; what else there is, such as a range, is left out. */
function networksOf(right: unknown): readonly string[] {
  if (typeof right === 'string') return /^[\d.]+$/.test(right) ? [right] : []
  const network = Network.safeParse(right)
  if (network.success) return [`${network.data.prefix.addr}/${network.data.prefix.len}`]
  const set = z.object({ set: z.array(z.unknown()) }).safeParse(right)
  return set.success ? set.data.set.flatMap(networksOf) : []
}

/** iptables-nft hides what it matches by modules of its own. */
function isConntrack(each: Readonly<Record<string, unknown>>): boolean {
  return z.object({ name: z.enum(['conntrack', 'state']) }).safeParse(each['xt']).success
}

function isEstablished({ left, right }: z.infer<typeof Match>): boolean {
  return JSON.stringify(left).includes('"ct"') && JSON.stringify(right).includes('established')
}

function isNarrow(match: z.infer<typeof Match>): boolean {
  const { op, left, right } = match
  const what = JSON.stringify(left)
  if (what.includes('ifname') || what.includes('"iif"') || what.includes('"oif"')) return op !== '!='
  if (addressField(left) !== undefined) return op === '!='
  if (what.includes('"dport"')) return !/\b(?:443|80)\b/.test(JSON.stringify(right))
  if (what.includes('l4proto') || what.includes('"protocol":"ip"')) return !JSON.stringify(right).includes('tcp')
  return !isEstablished(match) && !what.includes('"sport"')
}

function verdictOf(table: string, expr: readonly Readonly<Record<string, unknown>>[]): Rule['verdict'] {
  for (const each of expr) {
    if ('accept' in each) return 'accept'
    if ('drop' in each || 'reject' in each) return 'drop'
    if (z.object({ type: z.literal('target'), name: z.literal('REJECT') }).safeParse(each['xt']).success) return 'drop'
    const jump = Jump.safeParse(each['jump'] ?? each['goto'])
    if (jump.success) return { jump: `${table} ${jump.data.target}` }
  }
  return undefined
}

/** Shorter than its JSON: only what matters to whoever looks for it. */
function sayRule(expr: readonly Readonly<Record<string, unknown>>[]): string {
  const parts = expr.flatMap((each) => {
    const match = Match.safeParse(each['match'])
    if (!match.success) return Object.keys(each).filter((key) => key === 'drop' || key === 'reject')
    const field = addressField(match.data.left)
    return field === undefined ? [] : [`ip ${field} ${networksOf(match.data.right).join(', ')}`]
  })
  return parts.join(' ')
}
