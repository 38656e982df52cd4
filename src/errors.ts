/** A failure the user can mend: printed as `error: ...` then `hint: ...`, never with a stack. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly hint: string | undefined
  readonly exitCode: 1 | 2

  /** `exitCode` is 2 for wrong usage (a flag, a command), 1 for everything else. */
  constructor(
    message: string,
    { hint, exitCode = 1, cause }: { hint?: string; exitCode?: 1 | 2; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.hint = hint
    this.exitCode = exitCode
  }
}

/** The `code` of a system error such as ECONNREFUSED, or the error's name where there is none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
