/** A member of a roll, which links it to its neighbours. */
export interface Enrolled<T> {
  before?: T | undefined
  after?: T | undefined
}

/**
 * What is open, in the order in which it came. Not a Set: each of a Set's tables refers to the one that replaced it, so that with
 * thousands of members coming and going a second, garbage that is old keeps what is younger from being collected young.
 */
export class Roll<T extends Enrolled<T>> implements Iterable<T> {
  #first: T | undefined
  #last: T | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  has(member: T): boolean {
    return member.before !== undefined || this.#first === member
  }

  add(member: T): void {
    member.before = this.#last
    if (this.#last === undefined) this.#first = member
    else this.#last.after = member
    this.#last = member
    this.#size += 1
  }

  /** False where it was not a member. */
  delete(member: T): boolean {
    if (!this.has(member)) return false
    const { before, after } = member
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    member.before = undefined
    member.after = undefined
    this.#size -= 1
    return true
  }

  /** The member it is at may be deleted meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    let member = this.#first
    while (member !== undefined) {
      const next: T | undefined = member.after
      yield member
      member = next
    }
  }
}
