/** What a pure parser says of the bytes it was shown, always from the connection's first byte on. */
export type Parsed<T> =
  /** Not decidable before the input holds `atLeast` bytes in total; parsing again sooner is wasted work. */
  | { readonly kind: 'more'; readonly atLeast: number }
  /** Not this protocol at all. */
  | { readonly kind: 'no' }
  | { readonly kind: 'value'; readonly value: T }
  | {
      readonly kind: 'malformed'
      readonly why: string
      /** Well-formed as far as it goes, but larger than is taken. */
      readonly tooLarge?: true
    }
