/**
 * What is known of the slots of an engine. Slots are small numbers that are used again, the last one freed first, so that the array
 * is as long as most there were at once. Not a Map, for the reason of a roll.
 */
export class Slots<T> {
  readonly #items: (T | undefined)[] = []

  get(slot: number): T | undefined {
    return this.#items[slot]
  }

  set(slot: number, item: T): void {
    while (this.#items.length < slot) this.#items.push(undefined)
    this.#items[slot] = item
  }

  /** What was there. */
  take(slot: number): T | undefined {
    const item = this.#items[slot]
    if (item !== undefined) this.#items[slot] = undefined
    return item
  }
}
