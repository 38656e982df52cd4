import type { Snapshot } from '../proxy/snapshot.ts'

/** How often a sample is taken, and how many are kept: the last 15 minutes. */
const SAMPLE_MS = 5_000
const KEPT = 180

/** The sums that samples are the differences of. */
export type Sums = Pick<Snapshot, 'open' | 'roles'>

/** What /history says: declared API. Every list has one item for each sample, the oldest first. */
export interface Throughput {
  readonly everyMs: number
  /** When each sample ended (ms since 1970). */
  readonly at: readonly number[]
  /** Connections open at that time. */
  readonly open: readonly number[]
  /** How many were refused since the sample before. */
  readonly refused: readonly number[]
  /** Bytes a second since the sample before, of every role that has moved any. */
  readonly roles: readonly { readonly role: string; readonly up: readonly number[]; readonly down: readonly number[] }[]
}

export interface History {
  /** Takes a sample; `ms` is of performance.now, as the clock of `at` may be set. */
  add(sums: Sums, at: number, ms: number): void
  read(): Throughput
}

interface Rate {
  readonly up: number
  readonly down: number
}

interface Sample {
  readonly at: number
  readonly open: number
  readonly refused: number
  readonly rates: ReadonlyMap<string, Rate>
}

const NOTHING = { refused: 0, bytesUp: 0, bytesDown: 0 }

/** Keeps the throughput of the last minutes: as many samples as there are places, of as many roles as ACR has. */
export function createHistory(kept = KEPT): History {
  const samples: Sample[] = []
  let last: { readonly roles: Sums['roles']; readonly ms: number } | undefined
  return {
    add({ open, roles }, at, ms) {
      // What was moved before the first sample belongs to no known time.
      if (last !== undefined && ms > last.ms) {
        samples.push({ at, open, ...differences(last.roles, roles, (ms - last.ms) / 1000) })
        if (samples.length > kept) samples.shift()
      }
      last = { roles, ms }
    },
    read() {
      const seen = new Set(samples.flatMap(({ rates }) => [...rates.keys()]))
      return {
        everyMs: SAMPLE_MS,
        at: samples.map(({ at }) => at),
        open: samples.map(({ open }) => open),
        refused: samples.map(({ refused }) => refused),
        roles: Array.from(seen, (role) => ({
          role,
          up: samples.map(({ rates }) => rates.get(role)?.up ?? 0),
          down: samples.map(({ rates }) => rates.get(role)?.down ?? 0),
        })),
      }
    },
  }
}

function differences(before: Sums['roles'], now: Sums['roles'], seconds: number): Omit<Sample, 'at' | 'open'> {
  const rates = new Map<string, Rate>()
  let refused = 0
  for (const totals of now) {
    const earlier = before.find(({ role }) => role === totals.role) ?? NOTHING
    const up = totals.bytesUp - earlier.bytesUp
    const down = totals.bytesDown - earlier.bytesDown
    if (up > 0 || down > 0) rates.set(totals.role, { up: Math.round(up / seconds), down: Math.round(down / seconds) })
    refused += totals.refused - earlier.refused
  }
  return { refused, rates }
}

/** Takes samples while somebody may look at them. */
export interface Sampler {
  read(): Throughput
  /** Begins, where it has not begun; or ends and forgets. */
  run(wanted: boolean): void
}

export function createSampler(sums: () => Sums): Sampler {
  let history = createHistory()
  let timer: NodeJS.Timeout | undefined
  const sample = (): void => history.add(sums(), Date.now(), performance.now())
  return {
    read: () => history.read(),
    run(wanted) {
      if (wanted && timer === undefined) {
        sample()
        timer = setInterval(sample, SAMPLE_MS).unref()
      }
      if (wanted) return
      clearInterval(timer)
      timer = undefined
      history = createHistory()
    },
  }
}
