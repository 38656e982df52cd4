import type { Process } from '../process.ts'
import type { Subject } from '../subject.ts'

/** Opening so many connections takes no longer (ms) on a slow machine. */
const LONGEST = 120_000

/** Opens so many connections, which then stand idle. */
export async function holdIdle(subject: Subject, count: number): Promise<Process> {
  const held = subject.hold(count)
  const line = await held.lines.waitFor((said) => 'held' in said, 'idle connections are open', LONGEST)
  if (line['held'] !== count) throw new Error(`${Number(line['held'])} of ${count} connections open`)
  return held
}
