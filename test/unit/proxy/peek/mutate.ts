import * as fc from 'fast-check'

/** Copies of the given inputs with a few bytes overwritten, and cut or lengthened at the end. */
export function mutations(inputs: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const edit = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) })
  return fc
    .record({
      input: fc.constantFrom(...inputs),
      edits: fc.array(edit, { maxLength: 4 }),
      cut: fc.option(fc.nat(), { freq: 2 }),
      tail: fc.uint8Array({ maxLength: 8 }),
    })
    .map(({ input, edits, cut, tail }) => {
      const bytes = Buffer.from(input)
      for (const { at, byte } of edits) bytes[at % bytes.length] = byte
      return Buffer.concat([bytes.subarray(0, cut === null ? bytes.length : cut % bytes.length), tail])
    })
}

/** Chunk or record sizes: small ones often, large ones too. */
export function sizes(max: number): fc.Arbitrary<number[]> {
  const size = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max }))
  return fc.array(size, { minLength: 1, maxLength: 12 })
}

export function anyBytes(): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes))
}
