import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { codeOf } from '../errors.ts'
import { anchorPaths, isTree, type Layer } from './layer.ts'
import { options } from './options.ts'
import type { Problem } from './problems.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'it is a directory',
}

/** The layer of a YAML file; that it cannot be read is one of its problems. */
export function fileLayer(file: string): Layer {
  try {
    return yamlLayer(file, readFileSync(file, 'utf8'))
  } catch (error) {
    return unreadable(file, sayUnreadable(error))
  }
}

/** `cannot be read: there is no such file` */
export function sayUnreadable(error: unknown): string {
  const code = codeOf(error)
  return `cannot be read: ${REASONS[code] ?? code}`
}

/** The layer of a YAML text; its places are lines of `file`. */
export function yamlLayer(file: string, text: string): Layer {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const lineAt = (offset: number) => lines.linePos(offset).line
  const source = (path: readonly PropertyKey[]) => {
    const offset = offsetOf(document, path)
    return { from: 'file', file, line: offset === undefined ? undefined : lineAt(offset) } as const
  }
  const problems = [...document.errors, ...document.warnings].map(({ code, pos, message }): Problem => {
    const why = code === 'DUPLICATE_KEY' ? `duplicate key ${keyText(text, pos[0])}` : saySyntax(message)
    return { source: { from: 'file', file, line: lineAt(pos[0]) }, key: undefined, why }
  })
  // A key that is there twice spoils nothing else; after any other error the rest is guesswork.
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return { tree: undefined, source, problems }
  try {
    return { tree: treeOf(document, dirname(file)), source, problems }
  } catch (error) {
    return unreadable(file, saySyntax(error instanceof Error ? error.message : String(error)))
  }
}

/** The values of a document. A section without any key is an empty one: all its lines may be commented out. */
function treeOf(document: Document, directory: string): unknown {
  const tree: unknown = document.toJS() ?? {}
  anchorPaths(tree, directory)
  if (!isTree(tree)) return tree
  const sections = new Set(options.filter(({ path }) => path.length > 1).map(({ path }) => path[0]))
  return Object.fromEntries(Object.entries(tree).filter(([key, value]) => value !== null || !sections.has(key)))
}

function keyText(text: string, offset: number): string {
  return /^[^:\n]*/.exec(text.slice(offset))?.[0].trim() ?? ''
}

/** The YAML library's sentence in our voice: lower case, no full stop, one line. */
function saySyntax(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').replace(/[.:]$/, '')
  return line.charAt(0).toLowerCase() + line.slice(1)
}

function unreadable(file: string, why: string): Layer {
  const source = { from: 'file', file, line: undefined } as const
  return { tree: undefined, source: () => source, problems: [{ source, key: undefined, why }] }
}

/** Where the deepest part of a path that the document has begins: the key of a section, the item of a list. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = document.contents
  let offset: number | undefined
  for (const step of path) {
    const child = childOf(isAlias(node) ? node.resolve(document) : node, step)
    if (child === undefined) break
    offset = child.at.range?.[0] ?? offset
    node = child.value
  }
  return offset
}

function childOf(node: unknown, step: PropertyKey): { readonly at: Node; readonly value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(step))
    return pair && isNode(pair.key) ? { at: pair.key, value: pair.value } : undefined
  }
  const item = isSeq(node) ? node.items[Number(step)] : undefined
  return isNode(item) ? { at: item, value: item } : undefined
}
