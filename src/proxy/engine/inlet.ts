/** First buffer of a connection, cut from Node's pool: most answers are short, and an idle connection should cost little. */
const SMALLEST = 2 * 1024
/** Bulk reads of this size need a quarter of the calls that Node's own 64 KiB ones do. */
const LARGEST = 256 * 1024

/** Hands over a chunk; true when it was taken entirely, so that its memory may be used again. */
export type Sink = (chunk: Buffer) => boolean

/**
 * Where a socket's reads land (the `onread` option of net.connect): one buffer, grown while reads fill it and used again
 * as long as the sink takes everything at once.
 */
export class Inlet {
  bytes = 0
  #current = Buffer.allocUnsafe(SMALLEST)
  #reusable = true
  #size = SMALLEST
  #sink: Sink = () => false

  open(sink: Sink): void {
    this.#sink = sink
  }

  /** Asked by Node after each read for where the next one is to land. */
  readonly buffer = (): Buffer => {
    if (!this.#reusable || this.#current.length < this.#size) {
      this.#current = Buffer.allocUnsafeSlow(this.#size)
      this.#reusable = true
    }
    return this.#current
  }

  /** Called by Node with what was read; false stops reading until `resume`. */
  readonly callback = (length: number, buffer: Uint8Array): boolean => {
    this.bytes += length
    if (length === buffer.length) this.#size = Math.min(this.#size * 4, LARGEST)
    this.#reusable = this.#sink(Buffer.from(buffer.buffer, buffer.byteOffset, length))
    return this.#reusable
  }
}
