import { readFileSync } from 'node:fs'
import { UserError } from '../errors.ts'
import { sayUnreadable } from './file.ts'
import type { AdminConfig } from './schema.ts'
import { checkToken } from './values.ts'

/** The token of the admin listener, from where the configuration has it; undefined where none is asked for. */
export function adminToken({ token, tokenFile }: AdminConfig): string | undefined {
  if (tokenFile === undefined) return token
  const checked = checkToken(read(tokenFile).trim())
  if (checked.ok) return checked.value
  throw new UserError(`admin.tokenFile: ${tokenFile}: ${checked.why}`, {
    hint: 'the file holds the token and nothing else',
  })
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError(`admin.tokenFile: ${file} ${sayUnreadable(error)}`, {
      hint: 'make one with `openssl rand -hex 16`, readable for the user that runs acr-proxy and nobody else',
      cause: error,
    })
  }
}
