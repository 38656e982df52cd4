// @ts-check
import { el, part } from './dom.js'
import { say } from './language.js'
import { sayAgo, sayCount, sayMs } from './quantities.js'
import { createTable } from './table.js'

/** @typedef {import('../status.ts').Status['upstreams'][number]} Upstream */

/** The addresses that were dialled, those that fail first. */
export function createUpstreams() {
  /** @type {ReturnType<typeof createTable<Upstream>>} */
  const table = createTable(part('upstreams'), {
    label: 'upstreams',
    by: 'health_of',
    keyOf: ({ address }) => address,
    columns: [
      { key: 'address', value: ({ address }) => address, cell: addressCell },
      { key: 'health_of', value: severity, cell: healthCell },
      {
        key: 'connects',
        number: true,
        value: ({ connects }) => connects,
        cell: ({ connects }) => [sayCount(connects)],
      },
      {
        key: 'failures',
        number: true,
        value: ({ failures }) => failures,
        cell: ({ failures }) => [sayCount(failures)],
      },
      { key: 'mean', number: true, value: ({ meanMs }) => meanMs ?? -1, cell: ({ meanMs }) => [sayMs(meanMs)] },
    ],
  })
  return {
    /** @param {import('../status.ts').Status} status */
    show: ({ upstreams }) => table.show(upstreams, 'upstreams.none'),
  }
}

/** @param {Upstream} upstream */
function severity({ failing, failedAt }) {
  return (failing ? Number.MAX_SAFE_INTEGER / 2 : 0) + (failedAt ?? 0)
}

/** @param {Upstream} upstream */
function addressCell({ address, host }) {
  return [el('span', { class: 'name' }, address), el('span', { class: 'detail' }, host)]
}

/** @param {Upstream} upstream */
function healthCell({ failing, lastError = '', failedAt }) {
  if (failedAt === undefined) return [el('span', { class: 'good' }, say('good'))]
  const values = { error: lastError, ago: sayAgo(Date.now() - failedAt) }
  if (failing) return [el('span', { class: 'bad' }, say('failing.since', values))]
  return [el('span', { class: 'good' }, say('failed.before', values))]
}
