import { UserError } from '../errors.ts'
import { type Source, saySource } from './source.ts'

/** One thing wrong with the configuration. */
export interface Problem {
  readonly source: Source
  /** What in a file the problem is about; undefined when the source says it all. */
  readonly key: string | undefined
  readonly why: string
}

const HINT = 'docs/configuration.md describes every option, and `acr-proxy config schema` prints their JSON Schema'

/** One line: `acr-proxy.yaml:12: resolver.kind: ...` or `--listen: ...`. */
export function sayProblem({ source, key, why }: Problem): string {
  const named = source.from === 'default' || source.from === 'file'
  const place = source.from === 'default' ? [] : [saySource(source)]
  return [...place, ...(named && key !== undefined ? [key] : []), why].join(': ')
}

/** All problems as one error, those of a file by line. */
export function problemsError(problems: readonly Problem[]): UserError {
  const lines = problems.toSorted((a, b) => lineOf(a) - lineOf(b)).map((problem) => `\n  ${sayProblem(problem)}`)
  const count = lines.length === 1 ? 'a problem' : `${lines.length} problems`
  return new UserError(`the configuration has ${count}${lines.join('')}`, { hint: HINT })
}

/** Others follow the file's, in the order found: sorting is stable. */
function lineOf({ source }: Problem): number {
  return source.from === 'file' ? (source.line ?? 0) : Number.POSITIVE_INFINITY
}
