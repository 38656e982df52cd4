/** What others may only read, as its owner has it. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
