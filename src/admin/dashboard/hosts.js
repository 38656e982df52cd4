// @ts-check
import { el, part } from './dom.js'
import { sayBytes, sayCount } from './quantities.js'
import { roleMark } from './role.js'
import { createTable } from './table.js'

/** @typedef {import('../status.ts').Status['hosts'][number]} Host */

/** What there was of each host since the start. */
export function createHosts() {
  /** @type {ReturnType<typeof createTable<Host>>} */
  const table = createTable(part('hosts'), {
    label: 'hosts',
    by: 'down',
    keyOf: ({ host }) => host,
    columns: [
      { key: 'host', value: ({ host }) => host, cell: hostCell },
      { key: 'ended', number: true, value: ({ ended }) => ended, cell: ({ ended }) => [sayCount(ended)] },
      { key: 'refused', number: true, value: ({ refused }) => refused, cell: ({ refused }) => [sayCount(refused)] },
      { key: 'up', number: true, value: ({ bytesUp }) => bytesUp, cell: ({ bytesUp }) => [sayBytes(bytesUp)] },
      {
        key: 'down',
        number: true,
        value: ({ bytesDown }) => bytesDown,
        cell: ({ bytesDown }) => [sayBytes(bytesDown)],
      },
    ],
  })
  return {
    /** @param {import('../status.ts').Status} status */
    show: ({ hosts }) => table.show(hosts, 'hosts.none'),
  }
}

/** @param {Host} host */
function hostCell({ host, role }) {
  return [el('span', { class: 'name' }, host), el('span', { class: 'detail' }, roleMark(role), role)]
}
