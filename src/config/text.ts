import { type Checked, invalid, valid } from './checked.ts'
import type { Option, OptionKind } from './options.ts'

const READERS: Readonly<Record<OptionKind, (texts: readonly string[]) => Checked<unknown>>> = {
  text: (texts) => valid(last(texts)),
  number: (texts) => valid(/^\d+(\.\d+)?$/.test(last(texts)) ? Number(last(texts)) : last(texts)),
  list: (texts) => valid(items(texts)),
  map: (texts) => pairs(items(texts)),
}

/** What a file would say, from the texts of a flag (once or repeated) or of one environment variable. */
export function fromTexts(option: Option, texts: readonly string[]): Checked<unknown> {
  return READERS[option.kind](texts)
}

/** Of a flag that takes one value the last one given counts. */
function last(texts: readonly string[]): string {
  return texts.at(-1)?.trim() ?? ''
}

function items(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(',')).flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
}

function pairs(texts: readonly string[]): Checked<Readonly<Record<string, readonly string[]>>> {
  const found = new Map<string, readonly string[]>()
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) return invalid(`expected name=address or name=address:port, got ${JSON.stringify(text)}`)
    const name = text.slice(0, at)
    found.set(name, [...(found.get(name) ?? []), text.slice(at + 1)])
  }
  return valid(Object.fromEntries(found))
}
