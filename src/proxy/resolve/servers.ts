import dns from 'node:dns'
import type { RecordWithTtl } from 'node:dns'
import { within } from '../../within.ts'
import { hostPort } from '../../host-port.ts'
import type { Config } from '../../config/schema.ts'
import { codeOf } from '../../errors.ts'
import { type Attempt, race } from '../race.ts'

/** A second server is asked as well when the first has been silent for so long (ms). */
const HEDGE_MS = 500
/** After an answer with IPv4 addresses, one with IPv6 addresses is waited for so long (ms; RFC 8305 section 3). */
const RESOLUTION_DELAY_MS = 50

export interface ServerAddress {
  readonly address: string
  readonly port: number
}

/** What the servers said. `failed`: none of them could say anything, so an older answer may serve. */
export type Lookup =
  | { readonly kind: 'found'; readonly addresses: readonly string[]; readonly ttlMs: number }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }

/** Codes by which a server tells that the name, or the record type, does not exist. */
const ABSENT: ReadonlySet<string> = new Set([dns.NOTFOUND, dns.NODATA])

/** Alibaba Cloud's name servers inside every VPC: only they know PrivateZone names. */
const VPC_SERVERS: readonly ServerAddress[] = [
  { address: '100.100.2.136', port: 53 },
  { address: '100.100.2.138', port: 53 },
]

type Answer = { readonly records: readonly RecordWithTtl[] } | { readonly absent: string }

/**
 * Asks named DNS servers through c-ares, which never reads the hosts file: the overrides there point at this proxy.
 * The first server is preferred; the next is asked too when it errs or stays silent. `timeoutMs` bounds one query.
 */
export function createServers(servers: readonly ServerAddress[], timeoutMs: number): (host: string) => Promise<Lookup> {
  const channels = servers.map(({ address, port }) => {
    const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 1 })
    const name = hostPort(address, port)
    resolver.setServers([name])
    return { name, resolver, failing: false }
  })
  type Channel = (typeof channels)[number]

  const ask =
    ({ resolver }: Channel, host: string, family: 4 | 6): Attempt<Answer> =>
    (done) => {
      const answered = (error: NodeJS.ErrnoException | null, records: RecordWithTtl[]): void => {
        if (error === null) done({ ok: true, value: { records } })
        else if (ABSENT.has(codeOf(error))) done({ ok: true, value: { absent: codeOf(error) } })
        else done({ ok: false, error })
      }
      if (family === 4) resolver.resolve4(host, { ttl: true }, answered)
      else resolver.resolve6(host, { ttl: true }, answered)
      // Queries on one channel cannot be withdrawn singly; a late answer is ignored.
      return () => {}
    }

  /** One record type from whichever server answers first, those that failed last time asked last. */
  const query = async (host: string, family: 4 | 6): Promise<Answer | { readonly failed: string }> => {
    const order = channels.some((channel) => channel.failing)
      ? channels.toSorted((a, b) => Number(a.failing) - Number(b.failing))
      : channels
    const attempts = order.map((channel) => ask(channel, host, family))
    const { won, errors } = await race(attempts, Math.min(HEDGE_MS, timeoutMs), timeoutMs * 2).result
    order.forEach((channel, index) => {
      if (index === won?.index) channel.failing = false
      // A server that had its chance and stayed silent is no better than one that erred.
      else if (won === undefined || index < won.index) channel.failing = true
    })
    if (won !== undefined) return won.value
    return { failed: order.map(({ name }, index) => `${name} ${reasonOf(errors[index])}`).join(', ') }
  }

  return async (host) => {
    const ipv4 = query(host, 4)
    const ipv6 = query(host, 6)
    const a = await ipv4
    const aaaa = 'records' in a ? await within(ipv6, RESOLUTION_DELAY_MS, () => undefined) : await ipv6
    const records = [a, aaaa].map((answer) => (answer !== undefined && 'records' in answer ? answer.records : []))
    const addresses = interleave(records.map((list) => list.map(({ address }) => address)))
    if (addresses.length > 0) {
      return { kind: 'found', addresses, ttlMs: Math.min(...records.flat().map(({ ttl }) => ttl)) * 1000 }
    }
    if ('failed' in a) return { kind: 'failed', why: a.failed }
    if (aaaa !== undefined && 'failed' in aaaa) return { kind: 'failed', why: aaaa.failed }
    return {
      kind: 'absent',
      why: 'absent' in a && a.absent === dns.NODATA ? 'the name has no address' : 'the name does not exist',
    }
  }
}

function reasonOf(error: Error | undefined): string {
  return error === undefined || codeOf(error) === dns.TIMEOUT ? 'did not answer' : codeOf(error)
}

/** IPv4 and IPv6 in turn (RFC 8305 section 4), IPv4 first: inside a VPC it is the family that works. */
function interleave(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat()
}

/** The DNS servers that will be asked, in order. */
export function serversOf({ kind, servers }: Config['resolver']): readonly ServerAddress[] {
  if (servers.length > 0) return servers
  return kind === 'vpc' ? VPC_SERVERS : dns.getServers().map(systemServer)
}

/** What dns.getServers gives: `address`, or `address:port`, or `[v6]:port`. */
function systemServer(text: string): ServerAddress {
  const match = /^\[(.+)\]:(\d+)$|^([^:]+):(\d+)$/.exec(text)
  if (match === null) return { address: text, port: 53 }
  return { address: match[1] ?? match[3] ?? text, port: Number(match[2] ?? match[4]) }
}
