import { type Enrolled, Roll } from '../../roll.ts'

/** Relays are looked at so often (ms), or an eighth of the idle limit where that is less. */
const SWEEP_MS = 15_000

/** What a sweep asks of a relay. */
export interface Sweepable extends Enrolled<Sweepable> {
  /** Grows whenever anything moves, either way. */
  readonly movement: number
  /** How long it may stand still (ms). */
  readonly idleMs: number
  /** It has lived long enough to be looked at: the moment for what short connections need not pay for. */
  onSettled(): void
  onIdle(): void
  /** What the sweep has seen of it. */
  seen?: Seen
}

export interface Seen {
  movement: number
  /** ms of performance.now at which the movement was first seen. */
  since: number
}

/**
 * Finds the relays that stand still, by one timer for all of them: a timer for each would be set again for each chunk
 * of each connection. Idle ones are told within an eighth of their limit after it.
 */
export class Sweep {
  readonly #relays = new Roll<Sweepable>()
  #timer: NodeJS.Timeout | undefined
  #periodMs = SWEEP_MS

  add(relay: Sweepable): void {
    this.#relays.add(relay)
    const periodMs = Math.min(SWEEP_MS, relay.idleMs / 8)
    if (this.#timer !== undefined && periodMs >= this.#periodMs) return
    clearInterval(this.#timer)
    this.#periodMs = periodMs
    this.#timer = setInterval(() => this.#run(performance.now()), periodMs)
  }

  delete(relay: Sweepable): void {
    this.#relays.delete(relay)
    if (this.#relays.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#periodMs = SWEEP_MS
  }

  #run(now: number): void {
    for (const relay of this.#relays) {
      const { movement, seen } = relay
      if (seen === undefined) {
        relay.seen = { movement, since: now }
        relay.onSettled()
      } else if (seen.movement !== movement) {
        seen.movement = movement
        seen.since = now
      } else if (now - seen.since >= relay.idleMs) relay.onIdle()
    }
  }
}
