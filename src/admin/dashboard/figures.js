// @ts-check
import { el, part, show } from './dom.js'
import { say } from './language.js'
import { sayBytes, sayCount, sayRate } from './quantities.js'

/** @typedef {import('../status.ts').Status} Status */

/**
 * The figures one looks at first.
 *
 * @param {Status} now
 * @param {Status | undefined} before the status before, for what there is a second
 * @param {import('../history.ts').Throughput | undefined} history
 */
export function showFigures(now, before, history) {
  const { open, limits, roles, upstreams } = now
  const failing = upstreams.filter((upstream) => upstream.failing).length
  const refusedLately = history?.refused.reduce((sum, count) => sum + count, 0) ?? 0
  show(
    part('figures'),
    figure(
      say('figures.down'),
      sayRate(rate(now, before, 'bytesDown')),
      say('figures.total', { bytes: sayBytes(sum(roles, 'bytesDown')) }),
    ),
    figure(
      say('figures.up'),
      sayRate(rate(now, before, 'bytesUp')),
      say('figures.total', { bytes: sayBytes(sum(roles, 'bytesUp')) }),
    ),
    figure(say('figures.open'), sayCount(open), say('figures.limit', { limit: sayCount(limits.connections) })),
    figure(
      say('figures.ended'),
      sayCount(sum(roles, 'ended')),
      say('figures.ended.since', { refused: sayCount(sum(roles, 'refused')) }),
    ),
    figure(
      say('figures.refused'),
      sayCount(refusedLately),
      say('figures.refused.since'),
      refusedLately > 0 ? 'warn' : undefined,
    ),
    figure(
      say('figures.failing'),
      sayCount(failing),
      say('figures.failing.of', { count: sayCount(upstreams.length) }),
      failing > 0 ? 'bad' : undefined,
    ),
  )
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} detail
 * @param {string} [tone]
 */
function figure(name, value, detail, tone) {
  return el(
    'div',
    { class: 'figure' },
    el('span', { class: 'muted' }, name),
    el('strong', { class: tone }, value),
    el('span', { class: 'muted' }, detail),
  )
}

/**
 * @param {Status} now
 * @param {Status | undefined} before
 * @param {'bytesUp' | 'bytesDown'} key
 */
function rate(now, before, key) {
  if (before === undefined || now.uptimeMs <= before.uptimeMs) return 0
  const moved = sum(now.roles, key) - sum(before.roles, key)
  return moved / ((now.uptimeMs - before.uptimeMs) / 1000)
}

/**
 * @param {Status['roles']} roles
 * @param {'bytesUp' | 'bytesDown' | 'ended' | 'refused'} key
 */
function sum(roles, key) {
  return roles.reduce((total, role) => total + role[key], 0)
}
