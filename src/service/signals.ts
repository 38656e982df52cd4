/** What the operator asks for. */
export type Wish = 'stop' | 'reload'

/** The signals that have come. */
export interface Signals {
  /** The next wish, come or to come: a stop before all else, and several of one kind as one. */
  next(): Promise<Wish>
  /** Resolves at the first SIGTERM or SIGINT. */
  readonly stopped: Promise<void>
  /** Aborts at the second, which means: at once. */
  readonly hurry: AbortSignal
}

const WISHES: Readonly<Record<string, Wish>> = { SIGTERM: 'stop', SIGINT: 'stop', SIGHUP: 'reload' }

/** Hears SIGTERM, SIGINT and SIGHUP from now on. On Windows SIGHUP is left alone: there it says that the console is closing. */
export function hearSignals(): Signals {
  const stop = new AbortController()
  const hurry = new AbortController()
  const wishes = new Set<Wish>()
  let wake = (): void => {}
  for (const [signal, wish] of Object.entries(WISHES)) {
    if (wish !== 'stop' && process.platform === 'win32') continue
    process.on(signal, () => {
      if (wish === 'stop') (stop.signal.aborted ? hurry : stop).abort()
      wishes.add(wish)
      wake()
    })
  }
  return {
    stopped: new Promise((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true })),
    hurry: hurry.signal,
    async next() {
      for (;;) {
        const wish = wishes.has('stop') ? 'stop' : [...wishes][0]
        if (wish !== undefined && wishes.delete(wish)) return wish
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
