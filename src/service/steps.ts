import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { codeOf, UserError } from '../errors.ts'

/** One thing that a set-up does to this host, or leaves. */
export type Step =
  | { readonly kind: 'write'; readonly path: string; readonly content: string; readonly mode: number }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'run'; readonly command: readonly string[] }
  | { readonly kind: 'keep'; readonly path: string; readonly why: string }

const DONE = { write: 'wrote', remove: 'removed', run: 'ran', keep: 'kept' } as const
const TO_DO = { write: 'would write', remove: 'would remove', run: 'would run', keep: 'would keep' } as const

/** One line: `wrote    /etc/...`. */
export function sayStep(step: Step, dryRun: boolean): string {
  const what = step.kind === 'run' ? step.command.join(' ') : step.path
  const words = dryRun ? TO_DO : DONE
  const width = Math.max(...Object.values(words).map(({ length }) => length))
  return `${words[step.kind].padEnd(width)}  ${what}${step.kind === 'keep' ? `, ${step.why}` : ''}`
}

/** Does it. Rejects with a UserError. */
export async function take(step: Step): Promise<void> {
  switch (step.kind) {
    case 'write':
      return onFile(step.path, () => {
        mkdirSync(dirname(step.path), { recursive: true, mode: 0o755 })
        writeFileSync(step.path, step.content, { mode: step.mode })
        // Whatever the umask is.
        chmodSync(step.path, step.mode)
      })
    case 'remove':
      return onFile(step.path, () => (step.path.endsWith('/') ? rmdirSync(step.path) : rmSync(step.path)))
    case 'run':
      return run(step.command)
    case 'keep':
      return undefined
  }
}

function onFile(path: string, change: () => void): void {
  try {
    change()
  } catch (error) {
    throw new UserError(`${path}: ${codeOf(error)}`, { hint: 'nothing after this was done', cause: error })
  }
}

async function run([file = '', ...args]: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(file, args)
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    const how = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UserError(`${[file, ...args].join(' ')} ended with ${how}${said === '' ? '' : `: ${said}`}`, {
      hint: 'see `journalctl -u acr-proxy -n 20`; what is listed above was done',
      cause: error,
    })
  }
}

/** The text of a file, undefined where there is none. Throws a UserError. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new UserError(`${path}: ${codeOf(error)}`, { hint: 'run it as root, for instance with sudo', cause: error })
  }
}
