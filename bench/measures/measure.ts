import type { Scope } from '../../test/scope.ts'
import type { Layouts } from '../cpus.ts'
import type { Peer } from '../peers/peer.ts'
import type { Plan } from '../plan.ts'
import type { Subject, SubjectOptions } from '../subject.ts'

/** What a measure finds: values by the key of their figure; one that does not apply is left out. */
export type Values = Readonly<Record<string, number | undefined>>

/** A value over time, as pairs of seconds and value. */
export type Series = readonly (readonly [number, number])[]

export interface Findings {
  readonly values: Values
  readonly series?: Series
}

/** Something that is measured, of one proxy. */
export interface Figure {
  readonly key: string
  readonly title: string
  readonly unit: string
  /** Which is better; nothing, where it only tells how the others came about. */
  readonly better?: 'more' | 'less'
  /** It stands in the READMEs. */
  readonly headline?: boolean
}

/** Where a measure is taken. */
export interface Arena {
  readonly scope: Scope
  /** For files; it is removed when all is done. */
  readonly directory: string
  readonly peer: Peer
  readonly plan: Plan
  readonly layouts: Layouts
  /** Starts the proxy anew, on a processor of its own unless the options say otherwise. */
  readonly start: (options?: Partial<Pick<SubjectOptions, 'layout' | 'backend'>>) => Promise<Subject>
}

export interface Measure {
  readonly figures: (plan: Plan) => readonly Figure[]
  readonly take: (arena: Arena) => Promise<Findings>
}
