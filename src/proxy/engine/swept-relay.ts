import type { Relay, RelayEnd } from './engine.ts'
import type { Seen, Sweep, Sweepable } from './sweep.ts'

/** What relays of both engines share: a sweep cuts them when they stand still, and one hearer is told of their end. */
export abstract class SweptRelay implements Relay, Sweepable {
  readonly idleMs: number
  before?: Sweepable | undefined
  after?: Sweepable | undefined
  seen?: Seen
  readonly #sweep: Sweep
  #end: RelayEnd | undefined
  #hear: ((end: RelayEnd) => void) | undefined

  constructor(idleMs: number, sweep: Sweep) {
    this.idleMs = idleMs
    this.#sweep = sweep
    sweep.add(this)
  }

  abstract get bytesUp(): number
  abstract get bytesDown(): number
  abstract get movement(): number
  abstract onSettled(): void
  abstract abort(reason: string): void

  onIdle(): void {
    this.abort('idle-timeout')
  }

  onEnd(hear: (end: RelayEnd) => void): void {
    if (this.#end === undefined) this.#hear = hear
    else hear(this.#end)
  }

  /** Called once. */
  protected over(end: RelayEnd): void {
    this.#sweep.delete(this)
    this.#end = end
    this.#hear?.(end)
  }
}
