// @ts-check
import { el, part, show } from './dom.js'
import { say } from './language.js'
import { sayDuration } from './quantities.js'

/** @typedef {import('../status.ts').Status} Status */

/**
 * Lines of `missing` that the page says in words of its own, or says already.
 *
 * @type {ReadonlyMap<string, import('./language.js').TextKey | undefined>}
 */
const OWN_WORDS = new Map([
  ['the proxy is starting', 'health.starting'],
  ['the proxy is stopping and takes no new connection', undefined],
  ['no file descriptor is left', 'health.exhausted'],
])

/**
 * Whether it is working, and if not, what is missing.
 *
 * @param {Status} status
 */
export function showHealth(status) {
  const { readiness, draining, configuration, version, uptimeMs } = status
  showState(draining ? 'draining' : readiness.ready ? 'ready' : 'not-ready')
  show(part('process'), say('process', { version, uptime: sayDuration(uptimeMs) }))
  const sentence = draining ? 'health.draining' : readiness.ready ? 'health.ready' : 'health.not-ready'
  const manyRegions = configuration.region.length > 1
  show(
    part('health'),
    el('p', { class: readiness.ready ? undefined : 'bad' }, say(sentence)),
    ...otherLines(status).map((line) => el('p', { class: 'bad' }, line)),
    el('ul', { class: 'checks' }, ...readiness.checks.map((check) => checkItem(check, manyRegions))),
  )
}

/** @param {'ready' | 'not-ready' | 'draining' | 'gone' | 'waiting' | 'locked'} state */
export function showState(state) {
  const pill = part('state')
  pill.dataset['state'] = state
  show(pill, say(`state.${state}`))
  document.title = `${say(`state.${state}`)} · acr-proxy`
}

/**
 * @param {Status['readiness']['checks'][number]} check
 * @param {boolean} manyRegions
 */
function checkItem({ region, role, host, ok, stale, why }, manyRegions) {
  return el(
    'li',
    { class: ok ? 'ok' : 'fails' },
    el('span', { class: ok ? 'good' : 'bad', 'aria-hidden': 'true' }, ok ? '✓' : '✗'),
    el('span', { class: 'hidden' }, say(ok ? 'health.resolves' : 'health.fails')),
    el('strong', {}, manyRegions ? `${role}, ${region}` : role),
    ok ? el('span', { class: 'muted' }, host) : el('span', { class: 'bad', lang: 'en' }, why),
    stale ? el('span', { class: 'warn' }, say('health.stale')) : undefined,
  )
}

/**
 * What is missing besides checks that fail.
 *
 * @param {Status} status
 */
function otherLines({ readiness: { missing, checks } }) {
  const told = checks.map(({ role, region }) => `${role} of ${region}: `)
  return missing
    .filter((line) => !told.some((start) => line.startsWith(start)))
    .flatMap((line) => {
      if (!OWN_WORDS.has(line)) return [line]
      const key = OWN_WORDS.get(line)
      return key === undefined ? [] : [say(key)]
    })
}
