// @ts-check
import { control, el, part, show } from './dom.js'
import { say, sayIfKnown } from './language.js'
import { sayBytes, sayDuration, sayRate } from './quantities.js'
import { roleMark } from './role.js'
import { createTable } from './table.js'

/** @typedef {import('../status.ts').Status} Status */
/** @typedef {Status['connections'][number] & { readonly rate: number }} Connection */

/** The open connections, which can be sorted and filtered. */
export function createConnections() {
  /** @type {Status | undefined} */
  let status
  /** @type {readonly Connection[]} */
  let connections = []
  const filter = control('filter', HTMLInputElement)
  /** @type {ReturnType<typeof createTable<Connection>>} */
  const table = createTable(part('connections'), {
    label: 'connections',
    by: 'now',
    keyOf: ({ conn }) => conn,
    columns: [
      { key: 'client', value: ({ client }) => client },
      { key: 'host', value: ({ host }) => host ?? '', cell: hostCell },
      { key: 'state', value: ({ state }) => state, cell: ({ state }) => [sayIfKnown(`state.${state}`) ?? state] },
      { key: 'age', number: true, value: ({ ageMs }) => ageMs, cell: ({ ageMs }) => [sayDuration(ageMs)] },
      { key: 'up', number: true, value: ({ bytesUp }) => bytesUp, cell: ({ bytesUp }) => [sayBytes(bytesUp)] },
      {
        key: 'down',
        number: true,
        value: ({ bytesDown }) => bytesDown,
        cell: ({ bytesDown }) => [sayBytes(bytesDown)],
      },
      { key: 'now', number: true, value: ({ rate }) => rate, cell: ({ rate }) => [sayRate(rate)] },
    ],
  })

  const render = () => {
    if (status === undefined) return
    const wanted = filter.value.trim().toLowerCase()
    const matching = connections.filter(({ client, host = '' }) => `${client} ${host}`.toLowerCase().includes(wanted))
    const { open } = status
    table.show(matching, wanted === '' ? 'connections.none' : 'connections.no-match')
    const shown = open === 0 ? '' : say('connections.shown', { shown: matching.length, open })
    show(
      part('connections-shown'),
      [shown, open > connections.length ? say('connections.listed') : ''].filter(Boolean).join('; '),
    )
  }
  filter.addEventListener('input', render)
  return {
    /**
     * @param {Status} now
     * @param {Status | undefined} before
     */
    show(now, before) {
      status = now
      connections = now.connections.map((connection) => ({ ...connection, rate: rateOf(connection, now, before) }))
      render()
    },
  }
}

/**
 * Bytes a second, both ways, since the status before.
 *
 * @param {Status['connections'][number]} connection
 * @param {Status} now
 * @param {Status | undefined} before
 */
function rateOf({ conn, bytesUp, bytesDown, ageMs }, now, before) {
  const earlier = before?.connections.find((connection) => connection.conn === conn)
  const sinceMs = before === undefined ? ageMs : Math.min(now.uptimeMs - before.uptimeMs, ageMs)
  const moved = bytesUp + bytesDown - (earlier === undefined ? 0 : earlier.bytesUp + earlier.bytesDown)
  return sinceMs > 0 ? Math.max(moved, 0) / (sinceMs / 1000) : 0
}

/** @param {Connection} connection */
function hostCell({ host, role, kind, upstream }) {
  return [
    el('span', { class: 'name' }, host ?? say('unnamed')),
    el(
      'span',
      { class: 'detail' },
      roleMark(role),
      [role, kind, upstream].filter((text) => text !== undefined).join(' · '),
    ),
  ]
}
