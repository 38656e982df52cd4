import { parser } from '@prometheus-io/lezer-promql'

/** What an expression of PromQL relies on. */
export interface Used {
  readonly expression: string
  readonly metrics: readonly string[]
  /** Labels by which it selects or groups. */
  readonly labels: readonly string[]
  /** The values that a label may have in it: those of `=` and `=~`, at the bars. */
  readonly values: readonly (readonly [label: string, value: string])[]
}

/** Reads an expression, in which Grafana's interval variables may stand; throws where it is no PromQL. */
export function readExpression(expression: string): Used {
  const text = expression.replaceAll('$__rate_interval', '5m')
  const [metrics, labels, values]: [Set<string>, Set<string>, (readonly [string, string])[]] = [
    new Set(),
    new Set(),
    [],
  ]
  let label = ''
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      const said = text.slice(from, to)
      if (type.isError) throw new Error(`no PromQL at ${JSON.stringify(text.slice(from))}`)
      if (type.name === 'Identifier') metrics.add(said)
      if (type.name === 'LabelName') labels.add((label = said))
      if (type.name === 'StringLiteral' && node.parent?.type.name === 'UnquotedLabelMatcher')
        for (const value of said.slice(1, -1).split('|')) values.push([label, value])
    },
  })
  if (metrics.size === 0) throw new Error(`no metric in ${text}`)
  return { expression, metrics: [...metrics], labels: [...labels], values }
}

/** The labels of each metric that a scrape shows, with the values they have there. */
export function readScrape(body: string): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Map<string, Set<string>>>()
  for (const [, name = '', labels = ''] of body.matchAll(/^([a-z]\w*)(?:\{(.*)\})? \S+$/gim)) {
    const ofMetric = found.get(name) ?? new Map<string, Set<string>>()
    found.set(name, ofMetric)
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      ofMetric.set(label, (ofMetric.get(label) ?? new Set()).add(value))
    }
  }
  return found
}
