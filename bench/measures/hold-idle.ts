import { deadline } from '../../test/deadline.ts'
import type { Process } from '../process.ts'
import type { Subject } from '../subject.ts'

/** Opening so many connections, or asking each of them, takes no longer (ms) on a slow machine. */
const LONGEST = 120_000

/** Opens so many connections, which then stand idle. */
export async function holdIdle(subject: Subject, count: number): Promise<Process> {
  const held = subject.hold(count)
  const line = await held.lines.waitFor((said) => 'held' in said, 'idle connections are open', LONGEST)
  if (line['held'] !== count) throw new Error(`${Number(line['held'])} of ${count} connections open`)
  return held
}

/** Sees that each of them still works, and closes them. */
export async function checkAlive({ stdin, ended, lines, stop }: Process): Promise<void> {
  stdin.end('\n')
  const code = await deadline(ended, 'each idle connection answers', LONGEST)
  if (code !== 0) throw new Error(`not all idle connections still work: ${lines.all.at(-1)?.raw ?? ''}`)
  await stop()
}
