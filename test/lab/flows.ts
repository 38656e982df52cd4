import { createHash } from 'node:crypto'
import type { Segment } from './pcap.ts'

/** What one side of a connection sent. */
export interface Stream {
  readonly bytes: number
  /** The SHA-256 of its first `length` bytes. */
  readonly digest: (length: number) => string
}

/** A connection as one link saw it. */
export interface Flow {
  readonly client: string
  readonly server: string
  readonly up: Stream
  readonly down: Stream
}

/** Connections whose opening the capture holds, put together from their segments. Throws on a gap. */
export function flowsOf(segments: Iterable<Segment>): readonly Flow[] {
  const directions = new Map<string, Segment[]>()
  for (const segment of segments) {
    const key = `${segment.from} ${segment.to}`
    const known = directions.get(key)
    if (known === undefined) directions.set(key, [segment])
    else known.push(segment)
  }
  const clients = [...directions.values()].filter(([first]) => first?.syn === true && isServer(first.to))
  return clients.flatMap((sent) => {
    const [{ from: client, to: server } = { from: '', to: '' }] = sent
    const answered = directions.get(`${server} ${client}`)
    return answered === undefined ? [] : [{ client, server, up: assemble(sent), down: assemble(answered) }]
  })
}

function isServer(endpoint: string): boolean {
  return endpoint.endsWith(':443')
}

/** The stream that segments of one direction carry, whatever their order and repetitions. */
function assemble(segments: readonly Segment[]): Stream {
  const start = segments.find(({ syn }) => syn)
  if (start === undefined) throw new Error('the opening of a connection was not captured')
  const placed = segments
    .map(({ sequence, syn, payload }) => ({ at: syn ? 0 : (sequence - start.sequence - 1) >>> 0, payload }))
    // A keepalive probe repeats the byte before the next one: for the first byte that is the SYN's place.
    .filter(({ at, payload }) => payload.length > 0 && at < 0xffff0000)
    .toSorted((a, b) => a.at - b.at)
  const pieces: Buffer[] = []
  let next = 0
  for (const { at, payload } of placed) {
    if (at > next) throw new Error(`the capture lacks ${at - next} bytes`)
    const fresh = payload.subarray(next - at)
    pieces.push(fresh)
    next += fresh.length
  }
  return { bytes: next, digest: (length) => digestOf(pieces, length) }
}

function digestOf(pieces: readonly Buffer[], length: number): string {
  const hash = createHash('sha256')
  let left = length
  for (const piece of pieces) {
    hash.update(piece.subarray(0, left))
    left -= Math.min(left, piece.length)
  }
  return hash.digest('hex')
}
