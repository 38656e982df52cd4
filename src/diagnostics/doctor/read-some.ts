import type { Readable } from 'node:stream'

/** The first bytes of a stream, `max` at most; the rest of a longer one is left, and the stream destroyed. */
export async function readSome(
  stream: Readable,
  max: number,
): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > max) return { bytes: Buffer.concat(chunks).subarray(0, max), whole: false }
  }
  return { bytes: Buffer.concat(chunks), whole: true }
}
