import type { RecordType } from 'dns-packet'

/** What a DNS server was asked so far. */
export interface QueryLog {
  note(name: string, type: RecordType): void
  /** How many queries came for `name`, of one type or of all. */
  queries(name: string, type?: RecordType): number
  /** Resolves once `queries(name, type)` has reached `times`. */
  asked(name: string, times?: number, type?: RecordType): Promise<void>
}

/** An empty log. */
export function createQueryLog(): QueryLog {
  const counts = new Map<string, number>()
  const waiting = new Set<() => void>()
  const queries = (name: string, type?: RecordType) => counts.get(keyOf(name, type)) ?? 0
  return {
    note: (name, type) => {
      for (const key of [keyOf(name, type), keyOf(name, undefined)]) counts.set(key, (counts.get(key) ?? 0) + 1)
      for (const check of waiting) check()
    },
    queries,
    asked: (name, times = 1, type) =>
      new Promise((resolve) => {
        const check = () => {
          if (queries(name, type) < times) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

function keyOf(name: string, type: RecordType | undefined): string {
  return `${name.toLowerCase()} ${type ?? 'any'}`
}
