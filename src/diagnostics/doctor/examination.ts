import type { About, Check, Finding, Found } from './check.ts'
import { failed } from './check.ts'

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
  /** Runs something without telling of it. */
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
      return { value: await limited(run(), signal), ms: taken() }
    } catch (error) {
      signal.throwIfAborted()
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

/** Rejects when it is aborted, or takes too long. */
async function limited<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  let give: () => void = () => {}
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_resolve, reject) => {
    give = () => reject(signal.reason)
    signal.addEventListener('abort', give, { once: true })
    timer = setTimeout(() => reject(new TooLong(`no end after ${LIMIT_MS / 1000} s`)), LIMIT_MS)
  })
  try {
    signal.throwIfAborted()
    return await Promise.race([running, over])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', give)
  }
}

class TooLong extends Error {
  override readonly name = 'TooLong'
}

/** For checks in which nothing of the network is asked. */
export function plainFailure(error: unknown): Finding {
  return failed(error instanceof Error ? error.message : String(error), undefined)
}
