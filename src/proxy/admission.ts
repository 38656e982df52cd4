import type { CidrList } from './cidr-list.ts'
import { Refusal, type RefusalReason } from './reject.ts'

export interface Limits {
  readonly connections: number
  readonly perClient: number
  readonly peeking: number
}

/** One connection's place in the counts. */
export interface Ticket {
  /** Counts the client in, once its address is known. Throws a Refusal. */
  identify(address: string): void
  /** Its host is known: it no longer counts as peeking. */
  peeked(): void
  /** Gives every place back; a second call does nothing. */
  release(): void
}

export interface Admission {
  /** Throws a Refusal when there is no place. */
  enter(): Ticket
  /** The limits in force. */
  readonly limits: Limits
  /** Puts other limits and clients in force; what is open stays counted. */
  configure(limits: Limits, clients: CidrList | undefined): void
  /** While set, every new connection is refused for this reason. */
  close(reason: RefusalReason | undefined): void
}

/** Where a ticket gives its places back. */
interface Counts {
  /** The name by which the client is counted. Throws a Refusal. */
  join(address: string): string
  named(): void
  leave(client: string | undefined): void
}

/** A class, since each open connection has one: closures would cost several times the memory. */
class Place implements Ticket {
  readonly #counts: Counts
  #client: string | undefined
  #state: 'unnamed' | 'named' | 'released' = 'unnamed'

  constructor(counts: Counts) {
    this.#counts = counts
  }

  identify(address: string): void {
    this.#client = this.#counts.join(address)
  }

  peeked(): void {
    if (this.#state !== 'unnamed') return
    this.#state = 'named'
    this.#counts.named()
  }

  release(): void {
    if (this.#state === 'released') return
    this.peeked()
    this.#state = 'released'
    this.#counts.leave(this.#client)
  }
}

/**
 * Counts connections against the limits, and clients against the list of those admitted (undefined: any). `silent` says how many
 * have been accepted that will enter only once they speak, or have been silent for a while.
 */
export function createAdmission(
  limits: Limits,
  clients: CidrList | undefined,
  silent: () => number = () => 0,
): Admission {
  const byClient = new Map<string, number>()
  let total = 0
  let unnamed = 0
  let closedFor: RefusalReason | undefined

  const counts: Counts = {
    join: (address) => joinClient(address),
    named: () => void (unnamed -= 1),
    leave(key) {
      total -= 1
      if (key !== undefined) leaveClient(key)
    },
  }
  const leaveClient = (key: string): void => {
    const left = (byClient.get(key) ?? 1) - 1
    if (left > 0) byClient.set(key, left)
    else byClient.delete(key)
  }
  const joinClient = (address: string): string => {
    if (clients !== undefined && !clients.has(address))
      throw new Refusal('client-not-allowed', `${address} is not in allow.clients`)
    const key = clientKey(address)
    const count = byClient.get(key) ?? 0
    if (count >= limits.perClient) throw new Refusal('too-many-from-client', `${key} has ${count} connections already`)
    byClient.set(key, count + 1)
    return key
  }

  return {
    get limits() {
      return limits
    },
    configure(changed, admitted) {
      limits = changed
      clients = admitted
    },
    close: (reason) => void (closedFor = reason),
    enter() {
      if (closedFor !== undefined) throw new Refusal(closedFor, 'no new connection is taken now')
      const waiting = silent()
      if (total + waiting >= limits.connections)
        throw new Refusal('too-many-connections', `${total + waiting} connections are open`)
      if (unnamed + waiting >= limits.peeking)
        throw new Refusal('too-many-peeking', `${unnamed + waiting} connections have named no host yet`)
      total += 1
      unnamed += 1
      return new Place(counts)
    },
  }
}

/** What counts as one client: an IPv4 address, or an IPv6 /64, the least that one subscriber holds (RFC 6177). */
export function clientKey(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0')
  return `${[...groups, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
