import assert from 'node:assert/strict'
import type { Parsed } from '../../../../src/proxy/peek/parsed.ts'

/** Feeds `bytes` in chunks of the given sizes (in turn, the last one as often as needed) as the reader does: a parse only once `atLeast` is there. */
export function drive<T>(
  parse: (bytes: Buffer) => Parsed<T>,
  bytes: Buffer,
  chunks: readonly number[],
): { readonly result: Parsed<T>; readonly calls: number } {
  let result: Parsed<T> = { kind: 'more', atLeast: 1 }
  let calls = 0
  let seen = 0
  for (let turn = 0; seen < bytes.length && result.kind === 'more'; turn++) {
    seen = Math.min(bytes.length, seen + (chunks[Math.min(turn, chunks.length - 1)] ?? 1))
    if (seen < result.atLeast) continue
    result = parse(bytes.subarray(0, seen))
    calls++
  }
  return { result, calls }
}

/** Every proper prefix of `bytes` asks for more than it has and for no more than there is. */
export function assertPrefixesAskForMore<T>(parse: (bytes: Buffer) => Parsed<T>, bytes: Buffer): void {
  for (let length = 0; length < bytes.length; length++) {
    const result = parse(bytes.subarray(0, length))
    assert.equal(result.kind, 'more', `prefix of ${length} of ${bytes.length} bytes`)
    if (result.kind !== 'more') continue
    assert.ok(
      result.atLeast > length && result.atLeast <= bytes.length,
      `prefix of ${length} asks for ${result.atLeast}`,
    )
  }
}

/** Once a prefix is decided, more bytes never change the decision; `cut` is any prefix length. */
export function assertDecisionStands<T>(parse: (bytes: Buffer) => Parsed<T>, bytes: Buffer, cut: number): void {
  const early = parse(bytes.subarray(0, cut))
  const whole = parse(bytes)
  if (early.kind !== 'more') assert.deepEqual(whole, early)
  else if (whole.kind === 'value') assert.ok(early.atLeast <= bytes.length)
}
