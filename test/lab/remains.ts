import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MARK } from './enter.ts'
import { isMounted, NETNS } from './network.ts'
import { runHere } from './run.ts'

const RUN = /^acrlab-\d+$/

/** The name of the run of this process. */
export function ownRun(): string {
  return `acrlab-${process.pid}`
}

/** The directory that holds all files of a run. */
export function directoryOf(run: string): string {
  return join(tmpdir(), run)
}

/** The namespaces of a run, or of all runs. */
export async function namespaces(run = 'acrlab-'): Promise<readonly string[]> {
  const names = (await runHere(['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '')
  return names.filter((name) => name.startsWith(run))
}

/** The processes of a run: they are marked, whatever has become of the one that started them. */
export async function processes(run: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // A process may end while it is looked at.
      const variables = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
      return variables.split('\0').includes(`${MARK}=${run}`)
    }),
  )
  return pids.filter((_, index) => marked[index]).map(Number)
}

/** The runs of which a namespace or the directory is there, without those whose lab still runs. */
export async function crashedRuns(): Promise<readonly string[]> {
  const directories = (await readdir(tmpdir())).filter((name) => RUN.test(name))
  const owners = (await namespaces()).map((name) => name.slice(0, name.lastIndexOf('-')))
  const runs = [...new Set([...directories, ...owners])].filter((name) => RUN.test(name))
  const alive = await Promise.all(runs.map(isAlive))
  return runs.filter((_, index) => alive[index] !== true)
}

async function isAlive(run: string): Promise<boolean> {
  const command = await readFile(`/proc/${run.slice('acrlab-'.length)}/cmdline`, 'utf8').catch(() => '')
  return command.split('\0').some((word) => word.endsWith('/lab.js'))
}

/** What the parts of the lab would write where no run may leave anything, if they were not kept from it. */
const ELSEWHERE = [
  NETNS,
  '/etc/docker/key.json',
  '/etc/netns',
  '/opt/containerd',
  '/run/containerd',
  '/run/docker',
  '/run/docker.sock',
  '/run/nginx.pid',
  '/var/lib/containerd',
  '/var/lib/docker',
]

/** Those of them that are there. */
export function foundElsewhere(): ReadonlySet<string> {
  return new Set(ELSEWHERE.filter((path) => existsSync(path)))
}

/** What there is still of a run; `before` is what was found elsewhere before it. Nothing, if all is well. */
export async function remains(run: string, before: ReadonlySet<string>): Promise<readonly string[]> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(run))
  return [
    ...(await namespaces(`${run}-`)).map((name) => `namespace ${name}`),
    ...(await processes(run)).map((pid) => `process ${pid}`),
    ...mounts.map((line) => `mount ${line}`),
    ...(existsSync(directoryOf(run)) ? [directoryOf(run)] : []),
    ...[...foundElsewhere()].filter((path) => !before.has(path)),
    ...((await isMounted(NETNS)) && !before.has(NETNS) ? [`mount ${NETNS}`] : []),
  ]
}
