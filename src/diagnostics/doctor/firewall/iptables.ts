import type { Rule, Ruleset } from './rules.ts'

const HOOKS = { INPUT: 'in', PREROUTING: 'in', OUTPUT: 'out', POSTROUTING: 'out' } as const

/** Reads what iptables-save prints. */
export function parseIptables(text: string): Ruleset {
  const chains = new Map<string, Rule[]>()
  const hooks: Ruleset['hooks'][number][] = []
  let table = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1)
    const [, builtIn] = /^:(\S+) (?!-)/.exec(line) ?? []
    if (isHook(builtIn)) hooks.push({ chain: `${table} ${builtIn}`, direction: HOOKS[builtIn] })
    const [, chain, rest = ''] = /^-A (\S+) ?(.*)$/.exec(line) ?? []
    if (chain === undefined) continue
    const name = `${table} ${chain}`
    chains.set(name, [...(chains.get(name) ?? []), ruleOf(line, rest, table)])
  }
  return { chains, hooks }
}

function isHook(name: string | undefined): name is keyof typeof HOOKS {
  return name !== undefined && Object.hasOwn(HOOKS, name)
}

function ruleOf(text: string, rest: string, table: string): Rule {
  // Comments hold anything.
  const said = rest.replaceAll(/--comment (?:"(?:[^"\\]|\\.)*"|\S+)/g, '')
  const target = / ?-[jg] (\S+)/.exec(said)?.[1]
  const network = (flag: string): readonly string[] | undefined => {
    const found = new RegExp(`(?:^| )(! )?-${flag} (\\S+)`).exec(said)
    return found?.[2] === undefined || found[1] !== undefined ? undefined : [found[2]]
  }
  const protocol = /(?:^| )-p (\S+)/.exec(said)?.[1]
  const states = /--(?:ctstate|state) (\S+)/.exec(said)?.[1]
  const established = states?.includes('ESTABLISHED') ?? false
  const narrow =
    (states !== undefined && !established) ||
    /(?:^| )(?:! -[sd]|-[io]) /.test(said.replaceAll(/! -[io] \S+/g, '')) ||
    /--(?:dport|dports|icmp-type|src-type|dst-type|mark|match-set|set|uid-owner|string) /.test(outPorts(said)) ||
    (protocol !== undefined && !['tcp', 'all'].includes(protocol))
  return {
    text,
    sources: network('s'),
    destinations: network('d'),
    established,
    narrow,
    verdict: verdictOf(target, table),
  }
}

/** Ports that we dial do not make a rule narrow. */
function outPorts(text: string): string {
  return text.replaceAll(/--dports? (?:\S*,)?(?:443|80)(?:,\S*)?(?= |$)/g, '')
}

function verdictOf(target: string | undefined, table: string): Rule['verdict'] {
  if (target === 'ACCEPT') return 'accept'
  if (target === 'DROP' || target === 'REJECT') return 'drop'
  if (target === undefined || target === 'RETURN' || /^[A-Z]+$/.test(target)) return undefined
  return { jump: `${table} ${target}` }
}
