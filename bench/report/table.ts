import type { ResultFigure, Results } from '../results.ts'
import { advantage, median } from '../statistics.ts'

export interface Table {
  readonly heading: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Against whom acr-proxy is set. */
const RIVALS = ['nginx', 'haproxy-splice', 'haproxy-splice-1m']

/** Medians: a row a figure, a column a proxy. */
export function mediansOf(results: Results, figures: readonly ResultFigure[], title = titleOf): Table {
  const names = shownNames(results)
  const rows = figures.map((figure) => [
    title(figure),
    ...names.map((name) => sayOptional(medianOf(results, name, figure))),
  ])
  return { heading: ['', ...names], rows: rows.filter((row) => row.slice(1).some((cell) => cell !== '-')) }
}

/** How many times better each engine of acr-proxy is than its rivals; above 1 is better. */
export function ratiosOf(results: Results, figures: readonly ResultFigure[], title = titleOf): Table {
  const names = shownNames(results)
  const own = results.proxies.filter((proxy) => proxy.own && names.includes(proxy.name))
  const pairs = own.flatMap(({ name }) =>
    RIVALS.filter((rival) => names.includes(rival)).map((rival) => [name, rival] as const),
  )
  const ratio = (figure: ResultFigure, name: string, rival: string) => {
    const [left, right] = [medianOf(results, name, figure), medianOf(results, rival, figure)]
    if (left === undefined || right === undefined || figure.better === undefined) return undefined
    return advantage(left, right, figure.better)
  }
  const rows = figures.flatMap((figure) => {
    const cells = pairs.map(([name, rival]) => ratio(figure, name, rival))
    return cells.every((cell) => cell === undefined)
      ? []
      : [[title(figure), ...cells.map((cell) => (cell === undefined ? '-' : cell.toFixed(2)))]]
  })
  return { heading: ['', ...pairs.map(([name, rival]) => `${name} : ${rival}`)], rows }
}

/** The median of the samples of a figure, if there are any. */
export function medianOf({ samples }: Results, name: string, { key }: Pick<ResultFigure, 'key'>): number | undefined {
  const values = samples[name]?.[key]
  return values === undefined || values.length === 0 ? undefined : median(values)
}

/** All that was measured, without what lost bytes. */
export function shownNames({ proxies, disqualified }: Results): readonly string[] {
  return proxies.map(({ name }) => name).filter((name) => !disqualified.some((one) => one.name === name))
}

export function headlines({ figures }: Results): readonly ResultFigure[] {
  return figures.filter(({ headline }) => headline === true)
}

export function titleOf({ title, unit }: ResultFigure): string {
  return unit === '' ? title : `${title}, ${unit}`
}

function sayOptional(value: number | undefined): string {
  return value === undefined ? '-' : sayNumber(value)
}

/** Three digits, of large numbers all before the point. */
export function sayNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 99.95) return Math.round(value).toLocaleString('en')
  if (size < 0.0005) return '0'
  return value.toFixed(size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3)
}
