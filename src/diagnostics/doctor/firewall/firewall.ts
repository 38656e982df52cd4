import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { codeOf } from '../../../errors.ts'
import { failed, type Finding, ok, skipped } from '../check.ts'
import { parseIptables } from './iptables.ts'
import { parseNft } from './nft.ts'
import { dropsOfServices, type Drop, type Ruleset } from './rules.ts'

const LIMIT_MS = 5_000
/** Where administrators' tools are, also for users whose PATH leaves them out. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

/** The tools that tell rules: both kinds of iptables keep their own. */
const TOOLS: readonly { readonly command: readonly string[]; readonly parse: (text: string) => Ruleset }[] = [
  { command: ['iptables-save'], parse: parseIptables },
  { command: ['iptables-legacy-save'], parse: parseIptables },
  { command: ['nft', '-j', 'list', 'ruleset'], parse: parseNft },
]

/** Whether a rule of this host drops what comes from 100.64.0.0/10, where ACR's internal names and the DNS servers of VPCs are. */
export async function checkFirewall(signal: AbortSignal): Promise<Finding> {
  const asked = await Promise.all(TOOLS.map(({ command, parse }) => rulesBy(command, parse, signal)))
  // nft tells rules of iptables once more: what iptables says of them counts.
  const found = asked.flatMap(({ drops = [] }) => drops).toReversed()
  const drops = new Map(found.map((drop) => [drop.chain, drop]))
  if (drops.size > 0)
    return failed([...drops.values()].map(({ rule }) => rule).join('; '), hintFor([...drops.values()]))
  const read = asked.flatMap(({ tool, drops }) => (drops === undefined ? [] : [tool]))
  if (read.length > 0) return ok(`no rule drops 100.64.0.0/10 (${read.join(', ')})`)
  const denied = asked.some(({ missing }) => missing === false)
  return skipped(
    denied
      ? 'only root may read the rules: run it with sudo'
      : 'neither iptables nor nft is on this host to tell rules',
  )
}

async function rulesBy(
  [file = '', ...args]: readonly string[],
  parse: (text: string) => Ruleset,
  signal: AbortSignal,
): Promise<{ readonly tool: string; readonly drops?: readonly Drop[]; readonly missing?: boolean }> {
  try {
    const options = { signal, timeout: LIMIT_MS, env: { PATH, LC_ALL: 'C' }, maxBuffer: 2 ** 26 }
    const { stdout } = await promisify(execFile)(file, args, options)
    return { tool: file, drops: dropsOfServices(parse(stdout)) }
  } catch (error) {
    signal.throwIfAborted()
    return { tool: file, missing: codeOf(error) === 'ENOENT' }
  }
}

function hintFor(drops: readonly Drop[]): string {
  const why = "ACR's internal names and the DNS servers of a VPC answer from 100.64.0.0/10: their replies are dropped. "
  if (drops.some(({ chain }) => chain.includes('ts-')))
    return `${why}Tailscale made this rule for its own addresses: on this host add --netfilter-mode=off to \`tailscale up\`, or stop Tailscale`
  return `${why}Accept them before this rule, for instance with \`iptables -I INPUT -s 100.64.0.0/10 -m conntrack --ctstate ESTABLISHED -j ACCEPT\``
}
