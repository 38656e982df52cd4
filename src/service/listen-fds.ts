import { UserError } from '../errors.ts'
import { PREDECESSOR_VARIABLE } from './predecessor.ts'

/** Where passed descriptors begin, by sd_listen_fds(3). */
export const FIRST_DESCRIPTOR = 3

const VARIABLES = ['LISTEN_PID', 'LISTEN_PIDFDID', 'LISTEN_FDS', 'LISTEN_FDNAMES', PREDECESSOR_VARIABLE] as const

/** The name of each descriptor passed to this process. The variables are removed: they are not meant for its children. */
export function passedNames(env: NodeJS.ProcessEnv): readonly string[] {
  const { LISTEN_PID: pid, LISTEN_FDS: count = '', LISTEN_FDNAMES: names = '' } = env
  const ours = pid === String(process.pid) || env[PREDECESSOR_VARIABLE] === String(process.ppid)
  for (const name of VARIABLES) delete env[name]
  if (!ours || count === '') return []
  if (!/^\d{1,4}$/.test(count))
    throw new UserError(`LISTEN_FDS: expected a number of descriptors, got ${JSON.stringify(count)}`, {
      hint: 'it is set by who starts acr-proxy with open sockets, as systemd does: see sd_listen_fds(3)',
    })
  const given = names.split(':')
  return Array.from({ length: Number(count) }, (_, index) => given[index] || 'unknown')
}

/** The environment by which a child of this process finds the descriptors passed to it. */
export function passing(names: readonly string[], env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    LISTEN_FDS: String(names.length),
    LISTEN_FDNAMES: names.join(':'),
    [PREDECESSOR_VARIABLE]: String(process.pid),
  }
}
