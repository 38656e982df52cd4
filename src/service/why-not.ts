import { UserError } from '../errors.ts'

/** What went wrong, in one line, and what to do about it. */
export interface WhyNot {
  readonly why: string
  readonly hint?: string | undefined
}

/** An error as keys of a log line; one that is a fault of ours with its stack. */
export function whyNot(error: unknown): WhyNot {
  if (!(error instanceof UserError))
    return { why: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  const [first = '', ...lines] = error.message.split(/\n\s*/)
  return { why: lines.length === 0 ? first : `${first}: ${lines.join('; ')}`, hint: error.hint }
}
