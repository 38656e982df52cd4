import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { deadline } from '../deadline.ts'

/** One line of the proxy's log; a line that is no JSON object has only `raw`. */
export interface LogLine {
  readonly raw: string
  readonly level?: string
  readonly msg?: string
  readonly [key: string]: unknown
}

/** The lines of a process's output, kept, and waited for. */
export interface Lines {
  readonly all: readonly LogLine[]
  /** The first line, come or to come, that `predicate` takes; rejects after `ms`, or once no more lines can come. */
  waitFor(predicate: (line: LogLine) => boolean, label: string, ms?: number): Promise<LogLine>
  /** No more lines will come, for this reason: whoever still waits is told so. */
  end(why: string): void
}

interface Waiter {
  readonly check: (line: LogLine) => void
  readonly fail: (why: string) => void
}

/** Reads lines from `output` until it ends or `end` is called. */
export function readLines(output: Readable): Lines {
  const all: LogLine[] = []
  const waiters = new Set<Waiter>()
  let ended: string | undefined
  createInterface({ input: output }).on('line', (raw) => {
    const line = parse(raw)
    all.push(line)
    for (const { check } of waiters) check(line)
  })

  const found = (predicate: (line: LogLine) => boolean, label: string) =>
    new Promise<LogLine>((resolve, reject) => {
      const past = all.find(predicate)
      if (past !== undefined) return resolve(past)
      const fail = (why: string) => reject(new Error(`${label}: ${why}`))
      if (ended !== undefined) return fail(ended)
      const waiter: Waiter = {
        check: (line) => {
          if (!predicate(line)) return
          waiters.delete(waiter)
          resolve(line)
        },
        fail,
      }
      waiters.add(waiter)
    })
  return {
    all,
    waitFor: async (predicate, label, ms) => {
      try {
        return await deadline(found(predicate, label), label, ms)
      } catch (error) {
        const last = all.slice(-10).map(({ raw }) => `\n  ${raw}`)
        throw new Error(`${error instanceof Error ? error.message : String(error)}; the last lines:${last.join('')}`, {
          cause: error,
        })
      }
    },
    end: (why) => {
      ended ??= why
      for (const { fail } of waiters) fail(why)
      waiters.clear()
    },
  }
}

function parse(raw: string): LogLine {
  try {
    const value: unknown = JSON.parse(raw)
    return typeof value === 'object' && value !== null ? { ...value, raw } : { raw }
  } catch {
    return { raw }
  }
}
