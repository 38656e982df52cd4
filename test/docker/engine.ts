import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { deadline } from '../deadline.ts'
import { readLines } from '../e2e/lines.ts'
import type { Scope } from '../scope.ts'

/** A dockerd of the distribution, and the command that talks to it. */
export interface Engine {
  /** The environment of commands that are to find it. */
  readonly env: Readonly<Record<string, string>>
  /** Runs `docker ARGS`; rejects unless it succeeds. Resolves with what it printed. */
  readonly run: (args: readonly string[], ms?: number) => Promise<string>
}

export interface EngineOptions {
  readonly directory: string
  /** A network namespace of its own, in which it makes bridges and publishes ports; else it touches no network. */
  readonly namespace?: string
}

/** Where the tools are looked for: not in /usr/local, where others than the distribution's may lie. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'
/** In mounts of its own: dockerd leaves files in these folders whatever it is told. */
const IN_PRIVATE = `mount -t tmpfs docker /run
[ ! -d /etc/docker ] || mount -t tmpfs docker /etc/docker
exec "$@" 2>&1`
const NO_NETWORK = ['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false', '--bridge=none']
/** It is ready within this time (ms) on a slow machine, and ends within the other. */
const START = 45_000
const STOP = 20_000

/** Starts an engine that lives as long as the scope; images are kept in the directory. */
export async function startEngine(t: Scope, { directory, namespace }: EngineOptions): Promise<Engine> {
  const at = (name: string) => join(directory, name)
  await mkdir(at('config'), { recursive: true })
  const socket = `unix://${at('docker.sock')}`
  const daemon = [
    'dockerd',
    `--data-root=${at('data')}`,
    `--exec-root=${at('exec')}`,
    `--pidfile=${at('dockerd.pid')}`,
    `--host=${socket}`,
    '--storage-driver=overlay2',
    '--exec-opt=native.cgroupdriver=cgroupfs',
    ...(namespace === undefined ? NO_NETWORK : []),
  ]
  const entered = namespace === undefined ? [] : ['nsenter', `--net=/run/netns/${namespace}`]
  const [file = '', ...args] = [...entered, 'unshare', '--mount', 'sh', '-e', '-c', IN_PRIVATE, 'sh', ...daemon]
  const env = {
    PATH,
    LANG: 'C.UTF-8',
    HOME: directory,
    DOCKER_HOST: socket,
    DOCKER_CONFIG: at('config'),
    DOCKER_BUILDKIT: '1',
  }
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = readLines(child.stdout)
  const ended = once(child, 'close').then(([code]) => lines.end(`dockerd ended with ${code}`))
  t.after(async () => {
    child.kill('SIGTERM')
    await deadline(ended, 'dockerd ends', STOP).catch(() => child.kill('SIGKILL'))
  })
  await lines.waitFor(({ raw }) => raw.includes('API listen on'), 'dockerd is ready', START)
  return { env, run: (given, ms) => runCommand(['docker', ...given], env, ms) }
}

/** Runs a command to its end; rejects, with what it said, unless it succeeds. Resolves with its standard output. */
export function runCommand(
  [file = '', ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  ms = 60_000,
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { env, timeout: ms, killSignal: 'SIGKILL', maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      const said = `${stdout}\n${stderr}`.trim().slice(-3000)
      reject(
        new Error(`${file} ${args.join(' ')}: ${error.killed === true ? 'took too long' : error.message}\n${said}`),
      )
    })
  })
}
