export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Error }

/** Starts something, calls `done` once when it has an outcome, and returns how to give it up. */
export type Attempt<T> = (done: (outcome: Outcome<T>) => void) => () => void

export interface RaceResult<T> {
  /** The first success and the place of its attempt in the list; undefined when all failed. */
  readonly won: { readonly value: T; readonly index: number } | undefined
  /** By the place in the list, of those that failed before the end. */
  readonly errors: readonly (Error | undefined)[]
}

export interface Race<T> {
  /** Never rejects. */
  readonly result: Promise<RaceResult<T>>
  /** Gives every attempt up; the result then has no winner. */
  cancel(): void
}

/**
 * Runs attempts in order, the next one as soon as the last has failed or `staggerMs` have passed (RFC 8305 section 5);
 * the first success wins and the others are given up, all of them after `limitMs`.
 */
export function race<T>(attempts: readonly Attempt<T>[], staggerMs: number, limitMs: number): Race<T> {
  const errors: (Error | undefined)[] = []
  const running: ((() => void) | undefined)[] = []
  let next = 0
  let failed = 0
  let over = false
  let stagger: NodeJS.Timeout | undefined
  let finish: (result: RaceResult<T>) => void
  const result = new Promise<RaceResult<T>>((resolve) => (finish = resolve))
  const limit = setTimeout(() => end(undefined), limitMs)

  const end = (won: RaceResult<T>['won']): void => {
    if (over) return
    over = true
    clearTimeout(limit)
    clearTimeout(stagger)
    for (const giveUp of running) giveUp?.()
    finish({ won, errors })
  }
  const startNext = (): void => {
    clearTimeout(stagger)
    const index = next++
    const attempt = attempts[index]
    if (over || attempt === undefined) return
    if (next < attempts.length) stagger = setTimeout(startNext, staggerMs)
    let settled = false
    const giveUp = attempt((outcome) => {
      settled = true
      running[index] = undefined
      if (over) return
      if (outcome.ok) return end({ value: outcome.value, index })
      errors[index] = outcome.error
      failed += 1
      if (failed === attempts.length) end(undefined)
      else startNext()
    })
    if (!settled) running[index] = giveUp
  }
  if (attempts.length === 0) end(undefined)
  else startNext()
  return { result, cancel: () => end(undefined) }
}
