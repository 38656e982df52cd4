import type { Config } from '../config/schema.ts'
import { UserError } from '../errors.ts'

/** Runs the proxy until it is told to stop. */
export async function serve(_config: Config): Promise<void> {
  throw new UserError('not here yet')
}
