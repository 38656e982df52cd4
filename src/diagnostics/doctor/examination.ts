import type { About, Check, Finding, Found } from './check.ts'
import { withDeadline } from './deadline.ts'

/** No check takes longer (ms), whatever its own limits: the longest are several requests, each with its deadline. */
const LIMIT_MS = 60_000

/** How a step went, and how long it took. */
export type Timed<T> = { readonly ms: number } & ({ readonly value: T } | { readonly error: unknown })

/** Makes checks one after another, and tells of each as soon as it is its turn. Rejects once `signal` is aborted. */
export interface Examination {
  readonly signal: AbortSignal
  /** Makes one check; what is thrown in it has failed. Resolves with what it found to go on with. */
  check<T>(about: About, run: () => Promise<Found<T>>): Promise<T | undefined>
  /** Makes several at once, and tells of them in order. */
  all<T>(steps: readonly { readonly about: About; readonly run: () => Promise<Found<T>> }[]): Promise<(T | undefined)[]>
  /** Runs something without telling of it. Never rejects: it is telling that ends once it is aborted. */
  timed<T>(run: () => Promise<T>): Promise<Timed<T>>
  tell(about: About, finding: Finding, ms?: number): void
  readonly explain: (error: unknown) => Finding
}

export interface ExaminationOptions {
  readonly signal: AbortSignal
  /** What an error means. */
  readonly explain: (error: unknown) => Finding
  readonly onCheck: (check: Check) => void
}

export function createExamination({ signal, explain, onCheck }: ExaminationOptions): Examination {
  const timed = async <T>(run: () => Promise<T>): Promise<Timed<T>> => {
    const started = performance.now()
    const taken = (): number => performance.now() - started
    try {
      return { value: await withDeadline(signal, LIMIT_MS, 'no end', run), ms: taken() }
    } catch (error) {
      return { error, ms: taken() }
    }
  }
  const tell = (about: About, { outcome, seen, hint }: Finding, ms = 0): void => {
    signal.throwIfAborted()
    onCheck({ ...about, outcome, seen, hint, ms: Math.round(ms * 10) / 10 })
  }
  const all: Examination['all'] = async (steps) => {
    const running = steps.map(({ about, run }) => ({ about, result: timed(run) }))
    const values = []
    for (const { about, result } of running) {
      const done = await result
      if ('error' in done) tell(about, explain(done.error), done.ms)
      else tell(about, done.value, done.ms)
      values.push('error' in done ? undefined : done.value.value)
    }
    return values
  }
  return { signal, explain, timed, tell, all, check: async (about, run) => (await all([{ about, run }]))[0] }
}
