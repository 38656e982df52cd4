import { parseArgs } from 'node:util'
import { UserError } from '../src/errors.ts'
import { MEASURES, type MeasureName } from './measures/names.ts'
import { PROXIES, type ProxyName } from './peers/names.ts'

export interface Options {
  readonly rounds: number
  readonly quick: boolean
  readonly proxies: readonly ProxyName[]
  readonly measures: readonly MeasureName[]
  /** Further programs `node` that acr-proxy is run by, besides the running one. */
  readonly nodes: readonly string[]
  readonly json: string | undefined
  readonly svg: string | undefined
  /** The table and chart of the READMEs are replaced. */
  readonly readme: boolean
  /** Results of an earlier run: shown, and nothing is measured. */
  readonly from: string | undefined
  readonly help: boolean
}

export const USAGE = `npm run bench -- [options]

  --rounds N      interleaved rounds, of which medians are shown (default 3, with --quick 1)
  --quick         short runs: whether all works, not how fast it is
  --only A,B      proxies: ${PROXIES.join(', ')}
  --measure A,B   measures: ${MEASURES.join(', ')}
  --node PATH     run acr-proxy by this node, too; may be repeated
  --json FILE     write all samples
  --svg FILE      draw the chart
  --readme        put table and chart into README.md and README.zh-CN.md
  --from FILE     show the results that --json wrote, measure nothing
`

/** What the command line asks for; a UserError says what is wrong with it. */
export function parseOptions(args: readonly string[]): Options {
  const values = parse(args)
  const quick = values.quick === true
  return {
    rounds: rounds(values.rounds ?? (quick ? '1' : '3')),
    quick,
    proxies: chosen('only', values.only, PROXIES),
    measures: chosen('measure', values.measure, MEASURES),
    nodes: values.node ?? [],
    json: values.json,
    svg: values.svg,
    readme: values.readme === true,
    from: values.from,
    help: values.help === true,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string' },
        quick: { type: 'boolean' },
        only: { type: 'string' },
        measure: { type: 'string' },
        node: { type: 'string', multiple: true },
        json: { type: 'string' },
        svg: { type: 'string' },
        readme: { type: 'boolean' },
        from: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw wrong((error instanceof Error ? error.message : String(error)).replace(/\. .*/s, ''), error)
  }
}

function rounds(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw wrong(`--rounds: expected a number from 1 to 999, got "${text}"`)
  return Number(text)
}

/** The names in a list separated by commas, in the order of `known`; all of them where there is no list. */
function chosen<Name extends string>(flag: string, text: string | undefined, known: readonly Name[]): readonly Name[] {
  if (text === undefined) return known
  const names = text.split(',').map((name) => name.trim())
  for (const name of names)
    if (!known.some((one) => one === name)) throw wrong(`--${flag}: expected ${known.join(', ')}, got "${name}"`)
  return known.filter((name) => names.includes(name))
}

function wrong(message: string, cause?: unknown): UserError {
  return new UserError(message, { exitCode: 2, hint: 'npm run bench -- --help lists all options', cause })
}
