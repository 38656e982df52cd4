import { readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isMounted, NETNS, NETNS_MARK } from './network.ts'
import { poll } from './poll.ts'
import { directoryOf, namespaces, processes } from './remains.ts'
import { runHere } from './run.ts'

/** Removes all of a run: its processes, namespaces with their links, mounts and files. */
export async function remove(run: string): Promise<void> {
  await poll(async () => {
    const pids = await processes(run)
    for (const pid of pids) kill(pid)
    return pids.length === 0 ? true : undefined
  }, `the processes of ${run} end`)
  for (const name of await namespaces(`${run}-`)) await runHere(['ip', 'netns', 'delete', name])
  const mark = await readFile(join(directoryOf(run), NETNS_MARK), 'utf8').catch(() => undefined)
  await rm(directoryOf(run), { recursive: true, force: true, maxRetries: 5 })
  if (mark !== undefined) await removeNetns(mark !== '')
}

/** Undoes what the first `ip netns add` did, unless somebody else has namespaces by now. */
async function removeNetns(andFolder: boolean): Promise<void> {
  if (!(await isMounted(NETNS)) || (await readdir(NETNS)).length > 0) return
  await runHere(['umount', NETNS])
  if (andFolder) await rmdir(NETNS)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
