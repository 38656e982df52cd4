import { RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'
import type { Packet, Question, RecordType } from 'dns-packet'
import { setTimeout as delay } from 'node:timers/promises'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'
import { bindDns } from './dns-sockets.ts'
import { lookUp } from './dns-zone.ts'
import type { DnsRecord } from './dns-zone.ts'
import { createQueryLog } from './query-log.ts'
import type { QueryLog } from './query-log.ts'

const SERVFAIL = 2
const NXDOMAIN = 3

/** How a server misbehaves for a name; a delay in milliseconds comes before the ordinary answer. */
export type Behaviour =
  | { readonly kind: 'nxdomain' | 'servfail' | 'drop' }
  | { readonly kind: 'delay'; readonly ms: number }

/** A DNS server on UDP and TCP whose records and manners change at run time. */
export interface DnsServer extends Endpoint, Pick<QueryLog, 'queries' | 'asked'> {
  /** Replaces the records of `name` (`*.suffix` for all below it); an empty list makes it exist without any. */
  set(name: string, records: readonly DnsRecord[]): void
  /** `name` does not exist any more. */
  remove(name: string): void
  /** How queries for `name` ('*': any name), of one type or of all, are treated; undefined: as they should be. */
  behave(name: string, behaviour: Behaviour | undefined, type?: RecordType): void
}

/** Starts a DNS server without records on a free port of `address`. */
export async function startDns(t: Scope, address: string): Promise<DnsServer> {
  const zone = new Map<string, readonly DnsRecord[]>()
  const behaviours = new Map<string, Behaviour>()
  const log = createQueryLog()
  const closing = new AbortController()

  /** The answer, or undefined where none is sent. */
  const answer = async (query: Packet): Promise<Packet | undefined> => {
    const question = query.questions?.[0]
    if (question === undefined) return undefined
    log.note(question.name, question.type)
    const behaviour = behaviourOf(behaviours, question)
    if (behaviour?.kind === 'drop') return undefined
    if (behaviour?.kind === 'nxdomain') return reply(query, NXDOMAIN)
    if (behaviour?.kind === 'servfail') return reply(query, SERVFAIL)
    if (behaviour?.kind === 'delay') await delay(behaviour.ms, undefined, { signal: closing.signal })
    const { exists, answers } = lookUp(zone, question.name, question.type)
    return { ...reply(query, exists ? 0 : NXDOMAIN), answers }
  }

  t.after(() => closing.abort())
  const port = await bindDns(t, address, answer)
  return {
    address,
    port,
    ...log,
    set: (name, records) => void zone.set(name.toLowerCase(), records),
    remove: (name) => void zone.delete(name.toLowerCase()),
    behave: (name, behaviour, type) => {
      const key = behaviourKey(name, type)
      if (behaviour === undefined) behaviours.delete(key)
      else behaviours.set(key, behaviour)
    },
  }
}

function reply(query: Packet, code: number): Packet {
  return {
    type: 'response',
    id: query.id,
    flags: ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE | code,
    questions: query.questions,
  }
}

/** The most particular behaviour asked for: of name and type, of the name, of the server. */
function behaviourOf(behaviours: ReadonlyMap<string, Behaviour>, { name, type }: Question): Behaviour | undefined {
  return [
    behaviourKey(name, type),
    behaviourKey(name, undefined),
    behaviourKey('*', type),
    behaviourKey('*', undefined),
  ]
    .map((key) => behaviours.get(key))
    .find((behaviour) => behaviour !== undefined)
}

function behaviourKey(name: string, type: RecordType | undefined): string {
  return `${name.toLowerCase()} ${type ?? 'any'}`
}
