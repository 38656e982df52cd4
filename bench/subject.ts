import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Scope } from '../test/scope.ts'
import { untilAccepts } from './accepts.ts'
import type { Layout } from './cpus.ts'
import { type LoadArguments, type LoadResult, resultOf, startBackend, startHold, startLoad } from './load.ts'
import type { Peer, Setting } from './peers/peer.ts'
import type { Plan } from './plan.ts'
import { withFreePort } from './ports.ts'
import { type Process, startProcess } from './process.ts'
import { proportionalMemory } from './usage.ts'

/** A proxy that runs, with a backend behind it. */
export interface Subject {
  readonly port: number
  readonly layout: Layout
  /** The process; none where there is no proxy. */
  readonly pid: number | undefined
  /** Runs a load to its end. */
  readonly load: (...load: LoadArguments) => Promise<LoadResult>
  /** Starts a load that the scope ends. */
  readonly background: (...load: LoadArguments) => Process
  /** Starts connections that stand idle. */
  readonly hold: (connections: number) => Process
  /** Its memory (PSS), once it no more changes. */
  readonly settled: () => Promise<number>
}

export interface SubjectOptions {
  readonly peer: Peer
  readonly plan: Plan
  readonly layout: Layout
  /** For files of the proxy. */
  readonly directory: string
  /** The port of a server to use in place of the load generator's. */
  readonly backend?: number
}

/** Memory that changes less than this share from one reading to the next, so often in a row, is settled; there are so many at most. */
const SETTLED = 0.002
const IN_A_ROW = 3
const READINGS = 20
/** Connections that pass the bytes compared before anything is measured. */
const COMPARING = 4

/** Starts a proxy and sees that it carries bytes as they are. It lives as long as the scope. */
export async function startSubject(scope: Scope, options: SubjectOptions): Promise<Subject> {
  const { peer, plan, layout } = options
  const onLoad = { cpus: layout.load, descriptors: plan.descriptors }
  const backend = options.backend ?? (await startBackend(scope, onLoad))
  const { launch } = peer
  const proxy =
    launch === undefined
      ? undefined
      : await withFreePort((port) => startProxy(scope, options, launch, { port, backend }))
  const port = proxy?.port ?? backend
  const pid = proxy?.pid
  const load: Subject['load'] = (...load) => resultOf(startLoad(scope, port, load, onLoad))
  if (options.backend === undefined)
    for (const mode of ['down', 'up'] as const) await load(mode, COMPARING, plan.compared / COMPARING, 'full')
  return {
    port,
    layout,
    pid,
    load,
    background: (...load) => startLoad(scope, port, load, onLoad),
    hold: (connections) => startHold(scope, port, connections, onLoad),
    settled: async () => (pid === undefined ? 0 : settledMemory(pid, peer.settleBy, plan.settle)),
  }
}

/** Starts the proxy itself, and waits until it listens. */
async function startProxy(
  scope: Scope,
  { plan, layout, directory: parent }: SubjectOptions,
  launch: NonNullable<Peer['launch']>,
  { port, backend }: Pick<Setting, 'port' | 'backend'>,
): Promise<{ readonly port: number; readonly pid: number }> {
  const directory = await mkdtemp(join(parent, 'proxy-'))
  const { connections, descriptors } = plan
  const { command, files = {} } = launch({
    port,
    backend,
    directory,
    connections,
    threads: layout.proxy.length,
  })
  for (const [path, text] of Object.entries(files)) await writeFile(path, text)
  const stdout = join(directory, 'stdout.log')
  const proxy = startProcess(scope, command, { cpus: layout.proxy, descriptors, stdout })
  try {
    await untilAccepts(port, proxy)
  } catch (error) {
    throw new Error(`${String(error)} ${await lastLine(stdout)}`, { cause: error })
  }
  return { port, pid: proxy.pid }
}

async function lastLine(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim().split('\n').at(-1) ?? ''
}

async function settledMemory(pid: number, signal: NodeJS.Signals | undefined, ms: number): Promise<number> {
  let before = 0
  let same = 0
  for (let reading = 0; reading < READINGS && same < IN_A_ROW; reading++) {
    // The shell and taskset have become the proxy itself: the signal reaches it, and no child.
    if (signal !== undefined) process.kill(pid, signal)
    await delay(ms / READINGS)
    const now = proportionalMemory(pid)
    same = Math.abs(now - before) <= SETTLED * now ? same + 1 : 0
    before = now
  }
  return before
}
