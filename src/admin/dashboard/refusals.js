// @ts-check
import { el, part, show } from './dom.js'
import { say, sayIfKnown } from './language.js'
import { sayAgo, sayCount } from './quantities.js'

/** @typedef {import('../status.ts').Status['refusals'][number]} Summary */
/** @typedef {Summary['latest'][number]} Refusal */

/** So many of the same reason are shown. */
const GROUPS = 6

/** What is refused and why, and what would admit it; a button copies that. */
export function createRefusals() {
  const place = part('refusals')
  place.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.matches('button.copy'))
      void copy(target.parentElement?.querySelector('code'))
  })
  return {
    /** @param {import('../status.ts').Status} status */
    show({ refusals }) {
      const count = refusals.reduce((sum, summary) => sum + summary.count, 0)
      show(part('refusals-shown'), count === 0 ? '' : say('refusals.shown', { count: sayCount(count) }))
      if (count === 0) show(place, el('p', { class: 'empty' }, say('refusals.none')))
      else show(place, ...refusals.toSorted(byTime).map(reasonPart))
    },
  }
}

/**
 * The reason met last comes first.
 *
 * @param {Summary} a
 * @param {Summary} b
 */
function byTime(a, b) {
  return (b.latest[0]?.at ?? 0) - (a.latest[0]?.at ?? 0)
}

/** @param {Summary} summary */
function reasonPart({ reason, count, latest }) {
  const groups = grouped(latest)
  return el(
    'article',
    { key: reason },
    el('h3', {}, el('code', {}, reason), el('span', { class: 'count' }, sayCount(count))),
    el('p', {}, `${sayIfKnown(`why.${reason}`) ?? ''} `, el('span', { class: 'muted' }, sayIfKnown(`do.${reason}`))),
    ...groups.slice(0, GROUPS).map(groupPart),
  )
}

/**
 * The refusals that say the same, the latest first.
 *
 * @param {readonly Refusal[]} latest
 */
function grouped(latest) {
  /** @type {Map<string, Refusal[]>} */
  const groups = new Map()
  for (const refusal of latest) {
    const group = groups.get(refusal.why) ?? []
    groups.set(refusal.why, group)
    group.push(refusal)
  }
  return [...groups.values()]
}

/** @param {readonly Refusal[]} group */
function groupPart(group) {
  const [latest] = group
  if (latest === undefined) return undefined
  const { host, at, why, remedy } = latest
  const clients = [...new Set(group.map(({ client }) => client))].join(', ')
  const times = group.length > 1 ? say('refusals.times', { count: group.length }) : ''
  return el(
    'div',
    { class: 'refusal', key: why },
    el('span', { class: 'name' }, host ?? say('refusals.unnamed')),
    el(
      'span',
      { class: 'detail' },
      [clients, sayAgo(Date.now() - at), times].filter((text) => text !== '').join(' · '),
    ),
    ...(remedy?.change === undefined
      ? [el('p', { lang: 'en' }, why)]
      : changeParts(remedy.change, remedy.nearest, why)),
  )
}

/**
 * The lines that would admit it, and what else one may want to know.
 *
 * @param {{ readonly lines: string, readonly flags: string }} change
 * @param {readonly string[]} nearest
 * @param {string} why
 */
function changeParts({ lines, flags }, nearest, why) {
  return [
    nearest[0] === undefined
      ? undefined
      : el('span', { class: 'muted' }, say('refusals.nearest', { name: nearest[0] })),
    snippet(lines),
    el(
      'details',
      {},
      el('summary', {}, say('refusals.more')),
      el('p', { lang: 'en' }, why),
      el('p', {}, say('refusals.flags')),
      snippet(flags),
    ),
  ]
}

/** @param {string} text */
function snippet(text) {
  return el(
    'div',
    { class: 'snippet' },
    el('pre', {}, el('code', {}, text)),
    el('button', { type: 'button', class: 'copy' }, say('copy')),
  )
}

/** @param {Element | null | undefined} code */
async function copy(code) {
  if (!code) return
  try {
    await navigator.clipboard.writeText(code.textContent ?? '')
    show(part('copied'), say('copied'))
  } catch {
    // No clipboard for pages by plain HTTP, except from loopback.
    getSelection()?.selectAllChildren(code)
    show(part('copied'), say('copy.failed'))
  }
}
