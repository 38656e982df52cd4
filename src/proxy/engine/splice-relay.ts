import type { Calls } from './calls.ts'
import type { Relay, Side } from './engine.ts'
import type { Sweep } from './sweep.ts'
import { SweptRelay } from './swept-relay.ts'
import { nameOf } from './system-error.ts'

/** Two slots that bytes flow between. */
export class SpliceRelay extends SweptRelay {
  readonly #client: number
  readonly #upstream: number
  readonly #native: Calls
  #aborted: string | undefined
  /** What was counted, once the slots are others'. */
  #moved: { readonly up: number; readonly down: number } | undefined

  constructor(client: number, upstream: number, idleMs: number, native: Calls, sweep: Sweep) {
    super(idleMs, sweep)
    this.#client = client
    this.#upstream = upstream
    this.#native = native
  }

  get bytesUp(): number {
    return this.#moved?.up ?? this.#taken(this.#client)
  }

  get bytesDown(): number {
    return this.#moved?.down ?? this.#taken(this.#upstream)
  }

  get movement(): number {
    return this.bytesUp + this.bytesDown + this.#sent(this.#client) + this.#sent(this.#upstream)
  }

  /** Short connections are spared these system calls. */
  onSettled(): void {
    this.#native.keepAlive(this.#client)
  }

  abort(reason: string): void {
    if (this.#moved !== undefined || this.#aborted !== undefined) return
    this.#aborted = reason
    this.#native.abort(this.#client)
  }

  /** Called once, before the slots are used again. */
  finish(endedBy: Side, code: number): void {
    this.#moved = { up: this.bytesUp, down: this.bytesDown }
    const ours = endedBy === 'proxy' ? this.#aborted : undefined
    this.over({ endedBy, reason: code === 0 ? 'end' : (ours ?? nameOf(code)) })
  }

  #taken(slot: number): number {
    return this.#native.counters[2 * slot] ?? 0
  }

  #sent(slot: number): number {
    return this.#native.counters[2 * slot + 1] ?? 0
  }
}

/** A relay that could not begin. */
export function endedRelay(endedBy: Side, reason: string): Relay {
  return { bytesUp: 0, bytesDown: 0, onEnd: (hear) => hear({ endedBy, reason }), abort: () => {} }
}
