import { join } from 'node:path'
import type { Scope } from '../scope.ts'
import type { Place } from './enter.ts'
import { attempt, run } from './run.ts'
import type { Outcome, RunOptions } from './run.ts'
import { startService } from './service.ts'
import type { Site } from './site.ts'

/** A dockerd, and the docker command that talks to it. */
export interface Docker {
  /** Runs `docker ARGS`; rejects unless it succeeds. Resolves with what it printed. */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<string>
  /** The same, to whatever end. */
  readonly attempt: (args: readonly string[], options?: RunOptions) => Promise<Outcome>
}

export interface DockerOptions {
  readonly name: string
  readonly place: Place
  readonly containerd: string
  /** Of the daemon, which is what fetches and uploads. */
  readonly env?: Readonly<Record<string, string>>
}

/** Images need no container network and no kernel's file system: only what moves and unpacks them is used. */
const SETTINGS = [
  '--iptables=false',
  '--ip6tables=false',
  '--ip-forward=false',
  '--ip-masq=false',
  '--bridge=none',
  '--storage-driver=vfs',
  '--exec-opt=native.cgroupdriver=cgroupfs',
]

/** Starts a dockerd that trusts the lab's authority, all of its files in the run's directory. */
export async function startDocker(t: Scope, site: Site, options: DockerOptions): Promise<Docker> {
  const { name, place, containerd, env } = options
  const home = join(site.directory, name)
  const socket = `unix://${join(site.directory, `${name}.sock`)}`
  const command = [
    'dockerd',
    `--data-root=${join(home, 'data')}`,
    `--exec-root=${join(home, 'exec')}`,
    `--pidfile=${join(home, 'pid')}`,
    `--host=${socket}`,
    `--containerd=${containerd}`,
    `--containerd-namespace=${name}`,
    `--containerd-plugins-namespace=${name}-plugins`,
    ...SETTINGS,
  ]
  const trust = trustOf(site)
  await startService(t, { name, logs: site.logs, place, command, ready: /API listen on/, env: { ...trust, ...env } })
  // Both daemons' users share the logins: they are the same person.
  const cli = ['docker', '--host', socket, '--config', dockerConfigOf(site)]
  return {
    run: (args, given) => run(place, [...cli, ...args], given),
    attempt: (args, given) => attempt(place, [...cli, ...args], given),
  }
}

/** The directory in which logins are kept; `config.json` in it is what skopeo reads as well. */
export function dockerConfigOf({ directory }: Site): string {
  return join(directory, 'docker-config')
}

/** Variables that make Go programs and curl trust the lab's authority. */
export function trustOf({ ca, directory }: Site): Readonly<Record<string, string>> {
  return { SSL_CERT_FILE: ca.path, CURL_CA_BUNDLE: ca.path, HOME: directory, TMPDIR: directory }
}
