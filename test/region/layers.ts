import { createCipheriv, createHash } from 'node:crypto'

/** Content that is made again whenever it is read, so that a big layer takes no memory. */
export interface Layer {
  readonly size: number
  readonly digest: string
  /** The bytes from `start` (a multiple of 16) up to `end`, exclusive. */
  read(start?: number, end?: number): Iterable<Buffer>
}

const BLOCK = 16
const STEP = 64 * 1024

/** A layer of `size` bytes that no compression shortens; the same seed gives the same bytes. */
export function createLayer(size: number, seed: string): Layer {
  const key = createHash('sha256').update(seed).digest().subarray(0, BLOCK)
  const hash = createHash('sha256')
  for (const bytes of keystream(key, 0, size)) hash.update(bytes)
  return {
    size,
    digest: `sha256:${hash.digest('hex')}`,
    read: (start = 0, end = size) => keystream(key, start, end),
  }
}

/** A layer that holds exactly `bytes`. */
export function layerOf(bytes: Buffer): Layer {
  return {
    size: bytes.length,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    read: (start = 0, end = bytes.length) => [bytes.subarray(start, end)],
  }
}

/** AES in counter mode over zeros: random bytes that can be entered at any block. */
function* keystream(key: Buffer, start: number, end: number): Generator<Buffer> {
  if (start % BLOCK !== 0) throw new RangeError(`a layer is entered at a multiple of ${BLOCK}, not at ${start}`)
  const counter = Buffer.alloc(BLOCK)
  counter.writeBigUInt64BE(BigInt(start / BLOCK), BLOCK - 8)
  const cipher = createCipheriv('aes-128-ctr', key, counter)
  const zeros = Buffer.alloc(STEP)
  for (let at = start; at < end; at += STEP) yield cipher.update(zeros.subarray(0, Math.min(STEP, end - at)))
}
