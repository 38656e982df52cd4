import { getSystemErrorName } from 'node:util'

/** The name of an errno, such as ECONNRESET. */
export function nameOf(errno: number): string {
  return getSystemErrorName(-errno)
}

/** An errno as Node would throw it, with its `code`. */
export function systemError(errno: number): Error {
  const code = nameOf(errno)
  return Object.assign(new Error(code), { code })
}

/** What an attempt to connect that takes too long fails with. */
export function timedOut(): Error {
  return Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })
}
