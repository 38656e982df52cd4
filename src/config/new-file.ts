import { type Document, isScalar, parseDocument } from 'yaml'
import { type Flags, flagLayer } from './environment-and-flags.ts'
import { valueAt } from './layer.ts'
import { loadConfig } from './load.ts'
import { options } from './options.ts'

/** A configuration file that says what `flags` say, and is otherwise as `example` with its comments; a UserError where that is none. */
export function newFile(example: string, flags: Flags): string {
  loadConfig({ flags, env: {}, configPath: undefined, defaultFile: '' })
  const { tree } = flagLayer(flags)
  const document = parseDocument(example)
  for (const { path } of options) {
    const value = valueAt(tree, path)
    // A list of one item may be written as that item.
    const short: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
    if (value === undefined) continue
    open(document, path.slice(0, -1))
    document.setIn(path, document.createNode(short, { flow: true }))
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** Makes a section of one that has comments alone; they stay. */
function open(document: Document, path: readonly string[]): void {
  const section = document.getIn(path, true)
  if (!isScalar(section)) return
  const { commentBefore = null, comment = null } = section
  document.setIn(path, Object.assign(document.createNode({}), { commentBefore, comment }))
}
