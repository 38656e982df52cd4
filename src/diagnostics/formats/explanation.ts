import type { Explanation } from '../explain.ts'

/** An explanation for reading: one line a stage. */
export function renderExplanation({ host, port, route, resolver, addresses, dials, refused }: Explanation): string {
  const lines: readonly (readonly [string, string])[] = [
    ...(route === undefined
      ? []
      : ([
          ['rule', route.rule],
          ['role', [route.role, route.region, route.network].filter((part) => part !== undefined).join(', ')],
        ] as const)),
    ...(resolver === undefined ? [] : ([['resolver', resolver]] as const)),
    ...addresses.map(
      ({ address, denied }) =>
        [
          'address',
          `${address} ${denied === undefined ? 'may be dialled' : `${denied.reason}: ${denied.why}`}`,
        ] as const,
    ),
    ...dials.map((target, index) => [index === 0 ? 'dials' : 'then', target] as const),
    ...(refused === undefined ? [] : refusalLines(refused)),
  ]
  const outcome = refused === undefined ? 'carried' : `refused, ${refused.reason}`
  return [`${host}:${port} is ${outcome}`, ...lines.map(([name, text]) => `  ${name.padEnd(9)} ${text}`)]
    .map((line) => `${line}\n`)
    .join('')
}

function refusalLines({
  why,
  hint,
  nearest,
  admit,
}: NonNullable<Explanation['refused']>): readonly (readonly [string, string])[] {
  return [
    ['why', why],
    // The way to admit it says more than the hint for whoever only sees the proxy from outside.
    ...(admit.length === 0 ? [['hint', hint] as const] : []),
    ...nearest.map((name, index) => [index === 0 ? 'nearest' : '', name] as const),
    ...admit.flatMap((way, index) =>
      way.split('\n').map((line, at) => [at > 0 ? '' : index === 0 ? 'admit by' : 'or', line] as const),
    ),
  ]
}
