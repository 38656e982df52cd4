import { closestMatch } from 'leven'

/** The word of `known` that `word` was probably meant to be, undefined when none is near. Case does not count. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  const lower = known.map((candidate) => candidate.toLowerCase())
  // A third of the letters may be wrong: 'vcp' is vpc, but 'tls' is nothing we know.
  const found = closestMatch(typed, lower, { maxDistance: Math.max(2, Math.floor(typed.length / 3)) })
  const at = found === undefined ? -1 : lower.indexOf(found)
  if (found === undefined || at < 0) return undefined
  return sharesLetters(typed, found) ? known[at] : undefined
}

/** ` (did you mean "x"?)` for the nearest word of `known`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  return sayMeant(suggest(word, known))
}

/** ` (did you mean "x"?)`, or nothing. */
export function sayMeant(found: string | undefined): string {
  return found === undefined ? '' : ` (did you mean "${found}"?)`
}

/** Of short words two edits can replace everything: demand that half the letters were typed. */
function sharesLetters(typed: string, found: string): boolean {
  const kept = typed.split('').filter((letter) => found.includes(letter)).length
  return kept * 2 >= found.length
}
