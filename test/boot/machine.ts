import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { deadline } from '../deadline.ts'
import type { Scope } from '../scope.ts'
import { debianTree } from './tree.ts'

/** A Debian with systemd as its first process and a network of its own, of which nothing is left when its scope ends. */
export interface Machine {
  /** Runs a command in it to its end; rejects with what it said unless that is good. */
  readonly run: (...command: readonly string[]) => Promise<string>
  /** The same, whatever its end: both outputs. */
  readonly attempt: (...command: readonly string[]) => Promise<Attempt>
  /** The command line that runs a program of ours in its network. */
  readonly inNetwork: (...command: readonly string[]) => readonly string[]
  /** Where the path of a file in it is for us. */
  readonly path: (path: string) => string
  readonly read: (path: string) => Promise<string>
  readonly write: (path: string, text: string) => Promise<void>
  /** A property of a unit, as `systemctl show` has it. */
  readonly property: (name: string, unit?: string) => Promise<string>
  /** Waits until `look` gives what `accepted` takes. */
  readonly until: <T>(label: string, look: () => Promise<T>, accepted: (seen: T) => boolean) => Promise<T>
}

export interface Attempt {
  readonly code: number
  readonly output: string
}

/** On a machine that others keep busy. */
const BOOT_MS = 120_000
const POLL_MS = 100

/** Boots it, with folders of ours shown read-only: each by its path for us and its path there. */
export async function startMachine(t: Scope, shown: Readonly<Record<string, string>> = {}): Promise<Machine> {
  const options = [
    '--quiet',
    '--register=no',
    '--keep-unit',
    '--private-network',
    '--boot',
    '--volatile=overlay',
    '--console=pipe',
  ]
  const binds = Object.entries(shown).map(([ours, theirs]) => `--bind-ro=${ours}:${theirs}`)
  const name = `--machine=acr-boot-${process.pid}`
  // It does not outlive us.
  const command = ['--pdeathsig', 'TERM', 'systemd-nspawn']
  const child = spawn('setpriv', [...command, ...options, ...binds, name, `--directory=${await debianTree()}`], {
    // Cgroups of the first kind, which every host lets it have.
    env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => (said += text))
  const gone = once(child, 'close')
  t.after(async () => {
    child.kill('SIGTERM')
    await deadline(gone, 'the machine is gone', BOOT_MS).catch(() => child.kill('SIGKILL'))
  })
  const failed = gone.then(() => Promise.reject(new Error(`systemd-nspawn ended, saying ${said}`)))
  failed.catch(() => {})

  const until: Machine['until'] = async (label, look, accepted) => {
    const limit = performance.now() + BOOT_MS
    for (;;) {
      const seen = await look()
      if (accepted(seen)) return seen
      if (performance.now() > limit) throw new Error(`${label}: still ${inspect(seen)}`)
      await delay(POLL_MS)
    }
  }
  const leader = await Promise.race([
    until('its first process', () => Promise.resolve(childOf(child.pid ?? 0)), isNumber),
    failed,
  ])
  const attempt: Machine['attempt'] = (...command) =>
    new Promise((resolve) => {
      const args = ['--target', String(leader), '--all', '--', 'env', '-i', PATH, 'LANG=C.UTF-8', ...command]
      execFile('nsenter', args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr }),
      )
    })
  const run: Machine['run'] = async (...command) => {
    const { code, output } = await attempt(...command)
    if (code === 0) return output
    const journal = await attempt('journalctl', '--lines=15', '--output=cat', '--no-pager')
    throw new Error(`${command.join(' ')} ended with ${code}: ${output}\n${journal.output}`)
  }
  const path: Machine['path'] = (inside) => `/proc/${leader}/root${inside}`
  await Promise.race([
    until(
      'it has booted',
      () => attempt('systemctl', 'is-system-running'),
      ({ output }) => /running|degraded/.test(output),
    ),
    failed,
  ])
  return {
    run,
    attempt,
    until,
    path,
    inNetwork: (...command) => ['nsenter', '--target', String(leader), '--net', '--', ...command],
    read: (inside) => readFile(path(inside), 'utf8'),
    async write(inside, text) {
      await mkdir(dirname(path(inside)), { recursive: true })
      await writeFile(path(inside), text)
    },
    property: async (property, unit = 'acr-proxy.service') =>
      (await run('systemctl', 'show', '--value', `--property=${property}`, unit)).trim(),
  }
}

const PATH = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin'

function childOf(pid: number): number | undefined {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
  return child ? Number(child) : undefined
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined
}
