import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A line of a hosts file that gives names an address; lines count from 1. */
export interface HostsLine {
  readonly line: number
  readonly address: string
  readonly names: readonly string[]
}

/** Where the hosts file of this system is. */
export function systemHostsFile(): string {
  if (process.platform !== 'win32') return '/etc/hosts'
  return join(process.env['SystemRoot'] ?? String.raw`C:\Windows`, String.raw`System32\drivers\etc\hosts`)
}

/** The lines of a hosts file that say something; `text` begins at line `first` of it. */
export function parseHosts(text: string, first = 1): readonly HostsLine[] {
  return text.split('\n').flatMap((line, index) => {
    const [address = '', ...names] = line.replace(/#.*/s, '').trim().split(/\s+/)
    return names.length === 0 ? [] : [{ line: first + index, address, names }]
  })
}

/** What the hosts file at `path` says; nothing where it cannot be read. */
export function readHosts(path: string): readonly HostsLine[] {
  try {
    return parseHosts(readFileSync(path, 'latin1'))
  } catch {
    return []
  }
}
