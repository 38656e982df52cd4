import { codeOf, UserError } from '../errors.ts'

/** Writes a command's answer to standard output. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** Text that others chose a part of, without what a terminal would act on; line ends stay. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]/gu, '\ufffd')
}

/** Writes what deserves attention, but fails nothing, to standard error. */
export function warn(text: string): void {
  process.stderr.write(`warning: ${text}\n`)
}

/** Says what went wrong on standard error, as `error: ...` then `hint: ...`; gives the exit code. */
export function reportError(error: unknown): 1 | 2 {
  if (error instanceof UserError) {
    process.stderr.write(`error: ${error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`)
    return error.exitCode
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `error: unexpected: ${stack}\nhint: this is a fault of acr-proxy, please report it with these lines\n`,
  )
  return 1
}

/** A reader that has seen enough (`| head`) is no error: what is left to print goes nowhere. */
export function quietPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (codeOf(error) !== 'EPIPE') throw error
    })
  }
}
