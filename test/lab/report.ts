import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deadline } from '../deadline.ts'

/** No check takes longer on a slow machine (ms). */
const LONGEST_CHECK = 120_000
/** So many lines of each log are shown after a failure, and of each line so many characters. */
const LAST_LINES = 15
const LONGEST_LINE = 400

export interface Report {
  readonly say: (text: string) => void
  /** Runs a check and says how it went. */
  readonly check: (name: string, run: () => Promise<string>) => Promise<void>
  readonly passed: () => number
  readonly failed: () => number
}

/** Tells on standard output what is shown, line by line. */
export function createReport(): Report {
  // Whoever read it may have gone; the lab is still to be taken down.
  process.stdout.on('error', () => {})
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  let passed = 0
  let failed = 0
  return {
    say,
    check: async (name, run) => {
      const started = performance.now()
      const took = () => `${Math.round(performance.now() - started)} ms`.padStart(9)
      try {
        const seen = await deadline(run(), name, LONGEST_CHECK)
        passed += 1
        say(`ok   ${took()}  ${name}\n                ${seen}`)
      } catch (error) {
        failed += 1
        say(`FAIL ${took()}  ${name}\n                ${messageOf(error)}`)
      }
    },
    passed: () => passed,
    failed: () => failed,
  }
}

/** The ends of all logs of a directory. */
export async function lastLines(logs: string): Promise<string> {
  const names = (await readdir(logs)).toSorted()
  const tails = names.map(async (name) => {
    const lines = (await readFile(join(logs, name), 'utf8')).trimEnd().split('\n')
    const last = lines.slice(-LAST_LINES).map((line) => line.slice(0, LONGEST_LINE))
    return `--- ${name}\n${last.join('\n')}`
  })
  return (await Promise.all(tails)).join('\n')
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
