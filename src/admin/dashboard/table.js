// @ts-check
import { el, show } from './dom.js'
import { say } from './language.js'

/**
 * @template Row
 * @typedef {object} Column
 * @property {import('./language.js').TextKey} key its name, and its heading
 * @property {(row: Row) => string | number} value what it is sorted by
 * @property {(row: Row) => readonly import('./dom.js').Child[]} [cell] what it shows, if not its value
 * @property {boolean} [number] it is a quantity
 */

/**
 * A table that is sorted by its headings.
 *
 * @template Row
 * @param {HTMLElement} table
 * @param {object} options
 * @param {readonly Column<Row>[]} options.columns
 * @param {(row: Row) => string} options.keyOf
 * @param {import('./language.js').TextKey} options.by the column it is sorted by at first, the greatest first
 * @param {import('./language.js').TextKey} options.label
 */
export function createTable(table, { columns, keyOf, by, label }) {
  let sort = { by, descending: true }
  /** @type {readonly Row[]} */
  let shown = []
  /** @type {import('./language.js').TextKey} */
  let empty = label

  const render = () => {
    table.setAttribute('role', 'table')
    table.setAttribute('aria-label', say(label))
    const rows = sorted(shown, columns.find(({ key }) => key === sort.by) ?? columns[0], sort.descending)
    show(
      table,
      el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...columns.map((column) => heading(column, sort)))),
      el(
        'tbody',
        { role: 'rowgroup' },
        ...rows.map((row) =>
          el('tr', { role: 'row', key: keyOf(row) }, ...columns.map((column) => cellOf(column, row))),
        ),
        rows.length === 0
          ? el('tr', { role: 'row' }, el('td', { role: 'cell', class: 'empty', colspan: columns.length }, say(empty)))
          : undefined,
      ),
    )
  }
  table.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button[data-sort]') : null
    const column = columns.find(({ key }) => key === button?.getAttribute('data-sort'))
    if (column === undefined) return
    // Of quantities one looks for the greatest, of names for the first.
    sort = { by: column.key, descending: sort.by === column.key ? !sort.descending : column.number === true }
    render()
  })
  return {
    /**
     * @param {readonly Row[]} rows
     * @param {import('./language.js').TextKey} none what is said where there are none
     */
    show(rows, none) {
      shown = rows
      empty = none
      render()
    },
  }
}

/**
 * @template Row
 * @param {Column<Row>} column
 * @param {{ readonly by: string, readonly descending: boolean }} sort
 */
function heading({ key, number }, { by, descending }) {
  const direction = by !== key ? undefined : descending ? 'descending' : 'ascending'
  const mark = direction === undefined ? '' : descending ? '▼' : '▲'
  const button = el(
    'button',
    { type: 'button', 'data-sort': key },
    say(key),
    el('span', { 'aria-hidden': 'true' }, mark),
  )
  return el(
    'th',
    { role: 'columnheader', scope: 'col', 'aria-sort': direction, class: classOf({ key, number }) },
    button,
  )
}

/**
 * @template Row
 * @param {Column<Row>} column
 * @param {Row} row
 */
function cellOf({ key, number, value, cell }, row) {
  // On a narrow screen a row stands as a card, in which each value has its heading beside it.
  return el(
    'td',
    { role: 'cell', class: classOf({ key, number }), 'data-heading': say(key) },
    ...(cell === undefined ? [value(row)] : cell(row)),
  )
}

/**
 * @template Row
 * @param {readonly Row[]} rows
 * @param {Column<Row> | undefined} column
 * @param {boolean} descending
 */
function sorted(rows, column, descending) {
  if (column === undefined) return rows
  const sign = descending ? -1 : 1
  return rows.toSorted((a, b) => sign * compare(column.value(a), column.value(b)))
}

/**
 * @param {string | number} a
 * @param {string | number} b
 */
function compare(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  // Digits by their value: 10.0.0.9 comes before 10.0.0.10.
  return String(a).localeCompare(String(b), undefined, { numeric: true })
}

/** @param {{ readonly key: string, readonly number: boolean | undefined }} column */
function classOf({ key, number }) {
  return number === true ? `${key} number` : key
}
