import { UserError } from '../errors.ts'

/** Where a value comes from. */
export type Source =
  | { readonly from: 'default' }
  /** `line` counts from 1; undefined speaks of the whole file. */
  | { readonly from: 'file'; readonly file: string; readonly line: number | undefined }
  | { readonly from: 'environment'; readonly name: string }
  /** Without dashes. */
  | { readonly from: 'flag'; readonly flag: string }

/** `default`, `acr-proxy.yaml:12`, `ACR_PROXY_LISTEN` or `--listen`. */
export function saySource(source: Source): string {
  if (source.from === 'flag') return `--${source.flag}`
  if (source.from === 'environment') return source.name
  if (source.from === 'default') return 'default'
  return source.line === undefined ? source.file : `${source.file}:${source.line}`
}

/** One thing wrong with the configuration. */
export interface Problem {
  readonly source: Source
  /** What in a file the problem is about; undefined when the source says it all. */
  readonly key: string | undefined
  readonly why: string
  /** What to do about it, told when it is the only problem. */
  readonly hint?: string
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
  const hint = (problems.length === 1 ? problems[0]?.hint : undefined) ?? HINT
  return new UserError(`the configuration has ${count}${lines.join('')}`, { hint })
}

/** Others follow the file's, in the order found: sorting is stable. */
function lineOf({ source }: Problem): number {
  return source.from === 'file' ? (source.line ?? 0) : Number.POSITIVE_INFINITY
}
