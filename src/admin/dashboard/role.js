// @ts-check
import { el } from './dom.js'

/** The roles of hosts, in the order in which they are stacked: the greatest mover at the bottom. */
export const ROLES = ['oss', 'registry', 'chart', 'auth', 'api', 'custom']

/**
 * A spot in the colour of a role.
 *
 * @param {string | undefined} role
 */
export function roleMark(role) {
  return el('span', { class: 'mark', 'data-role': role ?? 'none', 'aria-hidden': 'true' })
}
