/** What one server block of a Corefile says, as far as the `template` plugin goes. */
export interface ServerBlock {
  readonly zones: readonly string[]
  readonly templates: readonly Template[]
  readonly forwards: readonly string[]
}

export interface Template {
  readonly type: string
  readonly matches: readonly RegExp[]
  readonly answers: readonly string[]
  readonly fallthrough: boolean
}

/** Answers, `forwarded`, or `elsewhere` for a name in none of the block's zones. */
export type Answer = readonly string[] | 'forwarded' | 'elsewhere'

/** Reads one server block, and throws for anything that it does not know. */
export function parseCorefile(text: string): ServerBlock {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const [head = '', ...rest] = lines
  if (!head.endsWith(' {') || rest.pop() !== '}') throw new Error('not one server block')
  const templates: Template[] = []
  const forwards: string[] = []
  while (rest.length > 0) {
    const line = rest.shift() ?? ''
    const [, type] = /^template IN (A|AAAA|ANY) \{$/.exec(line) ?? []
    if (type !== undefined) templates.push(parseTemplate(type, rest.splice(0, rest.indexOf('}') + 1)))
    else if (/^forward \. \S+$/.test(line)) forwards.push(line)
    else throw new Error(`unknown: ${line}`)
  }
  return { zones: head.slice(0, -2).split(' '), templates, forwards }
}

/** Properties in any order, closed by a brace. */
function parseTemplate(type: string, lines: readonly string[]): Template {
  if (lines.at(-1) !== '}') throw new Error('a template is not closed')
  const matches: RegExp[] = []
  const answers: string[] = []
  let fallthrough = false
  for (const line of lines.slice(0, -1)) {
    const [, regex] = /^match \(\?i\)(\^[\w()[\].*+?-]+\$)$/.exec(line) ?? []
    const [, record] = /^answer "(\{\{ \.Name \}\} \d+ IN (?:A|AAAA) [0-9a-f.:]+)"$/.exec(line) ?? []
    if (regex !== undefined) matches.push(new RegExp(regex, 'i'))
    else if (record !== undefined) answers.push(record)
    else if (line === 'fallthrough') fallthrough = true
    else if (line !== 'rcode NOERROR') throw new Error(`unknown: ${line}`)
  }
  return { type, matches, answers, fallthrough }
}

/** What the block answers, by the plugin's documented order: the first template of the type whose expression matches. */
export function answer({ zones, templates }: ServerBlock, name: string, type: string): Answer {
  if (!zones.some((zone) => `.${name.toLowerCase()}`.endsWith(`.${zone}`))) return 'elsewhere'
  for (const template of templates.filter((each) => each.type === 'ANY' || each.type === type)) {
    if (template.matches.some((match) => match.test(`${name}.`)))
      return template.answers.map((record) => record.split(' ').at(-1) ?? '')
    if (!template.fallthrough) throw new Error('SERVFAIL: no match and no fallthrough')
  }
  return 'forwarded'
}
