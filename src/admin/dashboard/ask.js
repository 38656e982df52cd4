// @ts-check
import { stored } from './stored.js'

/** An answer takes no longer (ms). */
const LIMIT_MS = 5_000

/** The token, for as long as this tab lives. */
export const token = stored('sessionStorage', 'token')

/**
 * What the proxy answers to `path`, relative to the page: JSON, a status that is not 200, or nothing.
 *
 * @param {string} path
 * @returns {Promise<{ kind: 'told', value: any } | { kind: 'status', status: number } | { kind: 'gone' }>}
 */
export async function ask(path) {
  const known = token.get()
  try {
    const response = await fetch(path, {
      headers: known === undefined ? {} : { authorization: `Bearer ${known}` },
      cache: 'no-store',
      signal: AbortSignal.timeout(LIMIT_MS),
    })
    if (!response.ok) return { kind: 'status', status: response.status }
    return { kind: 'told', value: await response.json() }
  } catch {
    return { kind: 'gone' }
  }
}
