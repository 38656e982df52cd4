import { createScope, type Scope } from '../test/scope.ts'
import { WrongBytes } from './load.ts'
import type { Found } from './peers/find.ts'
import type { Absent, Peer } from './peers/peer.ts'
import { startSubject, type SubjectOptions } from './subject.ts'

/** Starts once what may turn out not to start: then it is absent, and the reason is what it says. */
export async function tryOut(
  outer: Scope,
  { peers, absent }: Found,
  options: Omit<SubjectOptions, 'peer'>,
): Promise<Found> {
  const failed: Absent[] = []
  for (const peer of peers.filter(({ optional }) => optional === true)) {
    const scope = createScope()
    outer.after(scope.close)
    try {
      await startSubject(scope, { peer, ...options })
    } catch (error) {
      // That is seen again, and disqualifies.
      if (error instanceof WrongBytes) continue
      failed.push({ name: peer.name, why: error instanceof Error ? error.message : String(error) })
    } finally {
      await scope.close()
    }
  }
  const starts = ({ name }: Peer) => !failed.some((one) => one.name === name)
  return { peers: peers.filter(starts), absent: [...absent, ...failed] }
}
