import type { Lab } from '../build.ts'

/** A fact that the lab shows. */
export interface Check {
  readonly name: string
  /** Resolves with what was seen, in a line; throws with what was seen instead. */
  readonly run: (lab: Lab) => Promise<string>
}
