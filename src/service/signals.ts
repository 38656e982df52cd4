import { once } from 'node:events'
import type { Log } from '../log.ts'

/** What the operator asks for. */
export type Wish = 'stop' | 'reload' | 'hand-over'

/** The signals that have come. */
export interface Signals {
  /** The next wish, come or to come: a stop before all else, and several of one kind as one. */
  next(): Promise<Wish>
  /** Whether this is wished for, and not begun. */
  isPending(wish: Wish): boolean
  /** Aborts at the first SIGTERM or SIGINT, `hurry` at the second, which means: at once. */
  readonly stop: AbortSignal
  readonly hurry: AbortSignal
}

const WISHES: Readonly<Record<string, Wish>> = {
  SIGTERM: 'stop',
  SIGINT: 'stop',
  SIGHUP: 'reload',
  SIGUSR2: 'hand-over',
}

/** Hears signals from now on. On Windows there is no SIGUSR2, and SIGHUP says that the console is closing. */
export function hearSignals(log: Log): Signals {
  const stop = new AbortController()
  const hurry = new AbortController()
  const wishes = new Set<Wish>()
  let granted: Wish | undefined
  let wake = (): void => {}
  for (const [signal, wish] of Object.entries(WISHES)) {
    if (wish !== 'stop' && process.platform === 'win32') continue
    process.on(signal, () => {
      if (wish === 'hand-over' && granted === wish) return log.warn('SIGUSR2 refused: a hand-over is under way')
      if (wish === 'stop') (stop.signal.aborted ? hurry : stop).abort()
      wishes.add(wish)
      wake()
    })
  }
  return {
    stop: stop.signal,
    hurry: hurry.signal,
    isPending: (wish) => wishes.has(wish),
    async next() {
      granted = undefined
      for (;;) {
        granted = wishes.has('stop') ? 'stop' : [...wishes][0]
        if (granted !== undefined && wishes.delete(granted)) return granted
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

/** What `work` settles to, or what `late` is as soon as the signal aborts. */
export async function unless<T>(signal: AbortSignal, late: T, work: Promise<T>): Promise<T> {
  if (signal.aborted) return late
  const over = new AbortController()
  const aborted = once(signal, 'abort', over).then(() => late)
  try {
    return await Promise.race([work, aborted])
  } finally {
    over.abort()
    await aborted.catch(() => {})
  }
}
