/** A block of HCL: `type "label" ... { ... }`. */
export interface Block {
  readonly type: string
  readonly labels: readonly string[]
  readonly body: Body
}

export interface Body {
  readonly attributes: ReadonlyMap<string, Value>
  readonly blocks: readonly Block[]
}

/** A text, an object with texts as keys, or an expression as it was written. */
export type Value = string | ReadonlyMap<string, Value> | { readonly expression: string }

const TOKEN =
  /\s*(?:#[^\n]*\n\s*)*(?:(?<text>"(?:[^"\\$%]|\\.)*")|(?<word>[A-Za-z_][\w.-]*)|(?<mark>[{}()[\]=,])|(?<end>$))/y

/** Reads the part of HCL that has no templates, numbers or operators; throws for anything else. */
export function parseHcl(text: string): Body {
  const tokens = tokensOf(text)
  const body = parseBody(tokens)
  if (tokens.length > 0) throw new Error(`unexpected ${tokens[0]}`)
  return body
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  const scanner = new RegExp(TOKEN)
  for (;;) {
    const at = scanner.lastIndex
    const groups = scanner.exec(text)?.groups
    if (groups === undefined) throw new Error(`not HCL: ${text.slice(at, at + 40)}`)
    const token = groups['text'] ?? groups['word'] ?? groups['mark']
    if (token === undefined) return tokens
    tokens.push(token)
  }
}

function parseBody(tokens: string[]): Body {
  const attributes = new Map<string, Value>()
  const blocks: Block[] = []
  while (tokens.length > 0 && tokens[0] !== '}') {
    const name = take(tokens, /^[A-Za-z_]/)
    if (tokens[0] === '=') {
      tokens.shift()
      if (attributes.has(name)) throw new Error(`${name} is there twice`)
      attributes.set(name, parseValue(tokens))
      continue
    }
    const labels: string[] = []
    while (tokens[0]?.startsWith('"') === true) labels.push(textOf(tokens.shift() ?? ''))
    take(tokens, /^\{$/)
    blocks.push({ type: name, labels, body: parseBody(tokens) })
    take(tokens, /^\}$/)
  }
  return { attributes, blocks }
}

function parseValue(tokens: string[]): Value {
  if (tokens[0]?.startsWith('"') === true) return textOf(tokens.shift() ?? '')
  if (tokens[0] === '{') return parseObject(tokens)
  let expression = take(tokens, /^[A-Za-z_]/)
  while (tokens[0] === '[' || tokens[0] === '(') {
    const close = tokens.shift() === '[' ? ']' : ')'
    const inner = take(tokens, /^[A-Za-z_]/)
    expression += close === ']' ? `[${inner}]` : `(${inner})`
    if (tokens.shift() !== close) throw new Error(`${expression} is not closed`)
  }
  return { expression }
}

function parseObject(tokens: string[]): Value {
  const entries = new Map<string, Value>()
  take(tokens, /^\{$/)
  while (tokens[0] !== '}') {
    const key = take(tokens, /^["A-Za-z_]/)
    const name = key.startsWith('"') ? textOf(key) : key
    take(tokens, /^=$/)
    if (entries.has(name)) throw new Error(`${name} is there twice`)
    entries.set(name, parseValue(tokens))
    if (tokens[0] === ',') tokens.shift()
  }
  take(tokens, /^\}$/)
  return entries
}

function take(tokens: string[], wanted: RegExp): string {
  const token = tokens.shift()
  if (token === undefined || !wanted.test(token)) throw new Error(`expected ${wanted}, got ${token}`)
  return token
}

function textOf(token: string): string {
  const value: unknown = JSON.parse(token)
  return String(value)
}
