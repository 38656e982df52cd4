import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Flags } from '../../../src/config/environment-and-flags.ts'
import { type Loaded, loadConfig } from '../../../src/config/load.ts'
import { UserError } from '../../../src/errors.ts'

export interface Given {
  /** Content of the file named with --config. */
  readonly file?: string
  readonly env?: Readonly<Record<string, string>>
  readonly flags?: Flags
  /** Content of the file at the default place. */
  readonly defaultFile?: string
}

/** Loads a configuration from what is given; files are called `acr-proxy.yaml` and `default.yaml`. */
export function load(t: TestContext, { file, env = {}, flags = {}, defaultFile }: Given): Loaded & { folder: string } {
  const folder = temporaryFolder(t)
  const write = (name: string, text: string | undefined) => {
    if (text !== undefined) writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const named = write('acr-proxy.yaml', file)
  const fallback = write('default.yaml', defaultFile)
  const configPath = file === undefined ? undefined : named
  try {
    return { ...loadConfig({ flags, env, configPath, defaultFile: fallback }), folder }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    // Places read as a user sees them who stands in the folder.
    throw new UserError(error.message.replaceAll(`${folder}/`, ''), {
      hint: error.hint ?? '',
      exitCode: error.exitCode,
    })
  }
}

/** The problems that loading finds, one a line, without the heading; empty when it finds none. */
export function problems(t: TestContext, given: Given): readonly string[] {
  try {
    load(t, given)
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'acr-proxy-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
