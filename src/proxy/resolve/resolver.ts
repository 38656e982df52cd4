import type { Role } from '../../acr/hostnames.ts'
import type { Target } from '../engine/engine.ts'

/** What a resolver is asked: an admitted host, the port it was asked at, and what is known of it. */
export interface Query {
  readonly host: string
  readonly port: number
  readonly role: Role
  readonly region: string | undefined
}

/** An address to try, and who vouches for it: the guard's lists differ by that. */
export interface Candidate extends Target {
  readonly origin: 'public' | 'vpc' | 'cidr' | 'module' | 'hosts'
}

export interface Resolution {
  /** In the order in which they are to be tried; never empty. */
  readonly candidates: readonly Candidate[]
  /** True when no server answered and an expired answer is used. */
  readonly stale: boolean
}

/** Name to addresses, at once where they are known. Throws, or rejects with, a Refusal (`resolve-failed`). */
export interface Resolver {
  resolve(query: Query): Resolution | Promise<Resolution>
  /** Lets go of what it holds, if it holds anything: no new connection asks it any more. */
  close?(): void
}
