/** Somewhere to run commands: a network namespace, with a hosts file of its own. */
export interface Place {
  /** The name of the namespace, as `ip netns` lists it. */
  readonly namespace: string
  /** The path of what commands see as /etc/hosts. */
  readonly hosts: string
}

/**
 * In a private mount namespace, so that no mount is left when the command ends. /run and /etc/docker are empty and the command's
 * own there: dockerd and others leave files in them whatever they are told.
 */
const ENTER = `mount -t tmpfs lab /run
[ ! -d /etc/docker ] || mount -t tmpfs lab /etc/docker
mount --bind "$0" /etc/hosts
ulimit -n "$(ulimit -Hn)"
exec "$@"`

/** Where the tools are looked for: not in /usr/local, where others than the distribution's may lie. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

/** The command line that runs `command` in `place`; the process that is started becomes the command's. */
export function enter({ namespace, hosts }: Place, command: readonly string[]): readonly [string, readonly string[]] {
  const sh = ['sh', '-e', '-c', ENTER, hosts]
  return ['nsenter', [`--net=/run/netns/${namespace}`, 'unshare', '--mount', ...sh, ...command]]
}

/** The variable that marks every process of a run. */
export const MARK = 'ACRLAB'

/** The whole environment of a command; what the lab was started with is none of it. */
export function environment(run: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH, LANG: 'C.UTF-8', [MARK]: run, ...more }
}
