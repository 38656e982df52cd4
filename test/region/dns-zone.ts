import type { Answer, RecordType } from 'dns-packet'

/** A record of the zone; `ttl` in seconds. */
export interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'CNAME'
  readonly ttl: number
  readonly data: string
}

/** Records by name, in lower case; `*.suffix` stands for every name below the suffix that has none of its own. */
export type Zone = ReadonlyMap<string, readonly DnsRecord[]>

/** A resolver follows this many aliases before it takes them for a loop. */
const MAX_ALIASES = 8

/** What a recursive server answers to one question: the aliases on the way, and the records at their end. */
export function lookUp(
  zone: Zone,
  name: string,
  type: RecordType,
): { readonly exists: boolean; readonly answers: Answer[] } {
  const answers: Answer[] = []
  let owner = name
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    const records = recordsOf(zone, owner.toLowerCase())
    if (records === undefined) return { exists: false, answers }
    const alias = records.find((record) => record.type === 'CNAME')
    if (alias === undefined || type === 'CNAME') {
      for (const record of records) if (record.type === type) answers.push({ name: owner, ...record })
      return { exists: true, answers }
    }
    answers.push({ name: owner, ...alias })
    owner = alias.data
  }
  return { exists: true, answers }
}

function recordsOf(zone: Zone, name: string): readonly DnsRecord[] | undefined {
  const own = zone.get(name)
  if (own !== undefined) return own
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const below = zone.get(`*${name.slice(dot)}`)
    if (below !== undefined) return below
  }
  return undefined
}
