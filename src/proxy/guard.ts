import { createCidrList } from './cidr-list.ts'
import { Refusal, type RefusalReason } from './reject.ts'
import type { Candidate } from './resolve/resolver.ts'

/** Never dialled, whoever gave the address: the metadata service, and what leads to no host at all. */
const NEVER = createCidrList([
  '100.100.100.200/32',
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'fe80::/10',
  'ff00::/8',
])

const LOOPBACK = createCidrList(['127.0.0.0/8', '::1/128'])

/** What an internal name may resolve to: ACR's and OSS's own addresses (RFC 6598), and those of a user's VPC (RFC 1918). */
const VPC = createCidrList(['100.64.0.0/10', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'])

/** Global unicast (RFC 6890): everything else an answer may hold is an accident or an attack. */
const GLOBAL_IPV6 = createCidrList(['2000::/3'])
const NOT_GLOBAL = createCidrList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
])

export interface GuardOptions {
  /** The configured routes: the only targets of a `cidr` resolver. */
  readonly routes: readonly string[]
  /** Further addresses of this host that no interface shows, such as an elastic IP. */
  readonly ownAddresses: readonly string[]
  /** True for an address of this host at which a listener of ours would answer. */
  readonly listensAt: (address: string, port: number) => boolean
}

export interface Guard {
  /** The candidates that may be dialled, in their order. Throws a Refusal (`loop`, `address-denied`) when none may. */
  admit(host: string, candidates: readonly Candidate[]): readonly Candidate[]
  /** Why an address may not be dialled, or undefined when it may. */
  verdict(candidate: Candidate): Denial | undefined
}

export interface Denial {
  readonly reason: Extract<RefusalReason, 'loop' | 'address-denied'>
  readonly why: string
}

/** Decides for every address actually dialled; names are the router's business. */
export function createGuard({ routes, ownAddresses, listensAt }: GuardOptions): Guard {
  const routed = createCidrList(routes)
  // A tunnel's local end is a target only where the operator wrote it: a route that lies wholly inside the loopback range.
  const routedLoopback = createCidrList(routes.filter((route) => LOOPBACK.has(route.split('/')[0] ?? '') && !/\/[0-7]$/.test(route)))
  const own = createCidrList(ownAddresses)

  const verdict = (candidate: Candidate): Denial | undefined => {
    const { address, port } = candidate
    if (own.has(address) || listensAt(address, port)) return { reason: 'loop', why: `${address}:${port} is this proxy` }
    const why = NEVER.has(address) ? 'is never dialled' : whyNot(candidate)
    return why === undefined ? undefined : { reason: 'address-denied', why: `${address} ${why}` }
  }

  const whyNot = ({ address, origin }: Candidate): string | undefined => {
    const loopback = LOOPBACK.has(address)
    switch (origin) {
      case 'hosts':
        return undefined
      case 'module':
        return loopback ? 'is a loopback address' : undefined
      case 'public':
        if (loopback || NOT_GLOBAL.has(address) || (address.includes(':') && !GLOBAL_IPV6.has(address))) return 'is not a public address'
        return undefined
      case 'vpc':
        return VPC.has(address) ? undefined : 'is neither in 100.64.0.0/10 nor a private address'
      case 'cidr':
        if (!routed.has(address)) return 'is in no configured route'
        return loopback && !routedLoopback.has(address) ? 'is a loopback address, and no route names it' : undefined
    }
  }

  return {
    verdict,
    admit(host, candidates) {
      const denials: Denial[] = []
      const admitted = candidates.filter((candidate) => {
        const denial = verdict(candidate)
        if (denial !== undefined) denials.push(denial)
        return denial === undefined
      })
      if (admitted.length > 0) return admitted
      const reason = denials.some((denial) => denial.reason === 'loop') ? 'loop' : 'address-denied'
      throw new Refusal(reason, `${host} resolves to ${denials.map(({ why }) => why).join('; ')}`)
    },
  }
}
