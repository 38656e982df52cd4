import { connectionsWithin } from './descriptors.ts'
import type { Absent } from './peers/peer.ts'

const MIB = 2 ** 20

/** How much of everything. */
export interface Plan {
  /** How long one timed run is to take. */
  readonly seconds: number
  /** So many bytes, each compared, pass both ways before anything is timed. */
  readonly compared: number
  /** So many bytes tell how fast a proxy is, and so how many a timed run takes. */
  readonly pilot: number
  /** Connections of a bulk run, and of one of short connections. */
  readonly bulk: number
  readonly short: number
  /** So many stand idle beside them in the end. */
  readonly lasting: number
  /** So many connections stand idle, one number after the other. */
  readonly idle: readonly number[]
  /** So many transfer at once. */
  readonly active: readonly number[]
  /** How often memory is read while bulk and short connections take turns. */
  readonly turns: number
  /** Bytes of a file that is transferred by TLS. */
  readonly file: number
  /** Memory has this long (ms) to settle. */
  readonly settle: number
  readonly descriptors: number
  /** A proxy must carry so many connections. */
  readonly connections: number
}

/** The plan, as far as `descriptors` allow it; `left` is what they do not. */
export function planOf(quick: boolean, descriptors: number): { readonly plan: Plan; readonly left: readonly Absent[] } {
  const connections = connectionsWithin(descriptors)
  const wanted = quick ? [50, 200] : [100, 1000, 5000, 15_000]
  const most = Math.min(Math.max(...wanted), connections < 1000 ? connections : connections - (connections % 1000))
  const left = wanted.filter((count) => count > most)
  // In place of what is too many there is the most that can be.
  const idle = [...new Set([...wanted.filter((count) => count <= most), most])]
  return {
    plan: {
      ...(quick ? QUICK : FULL),
      idle,
      descriptors,
      connections: Math.min(connections, 20_000),
    },
    left: left.map((count) => ({
      name: `${count} idle connections`,
      why: `${descriptors} descriptors are too few`,
    })),
  }
}

const FULL = {
  seconds: 3,
  compared: 64 * MIB,
  pilot: 256 * MIB,
  bulk: 8,
  short: 32,
  lasting: 1000,
  active: [1, 4, 16, 64, 256],
  turns: 20,
  file: 64 * MIB,
  settle: 5000,
}

const QUICK = {
  seconds: 0.1,
  compared: 4 * MIB,
  pilot: 16 * MIB,
  bulk: 4,
  short: 16,
  lasting: 50,
  active: [1, 8],
  turns: 2,
  file: MIB,
  settle: 200,
}
