import { join } from 'node:path'
import { BACKLOG, NAME, type Absent, type Peer, type Setting } from './peer.ts'
import { findProgram, output } from './program.ts'

/** So many connections can be spliced at the same moment: more than are ever active here. */
export const PIPES = 320
/** The bytes of a pipe: the kernel's 64 KiB unless told otherwise. */
const PIPE_SIZES = { haproxy: undefined, 'haproxy-splice': 64 * 1024, 'haproxy-splice-1m': 1024 * 1024 } as const

/** HAProxy, which by default copies, and may be told to splice. */
export async function findHaproxy(name: keyof typeof PIPE_SIZES): Promise<Peer | Absent> {
  const program = findProgram('haproxy')
  if (program === undefined) return { name, why: 'not installed' }
  const said = await output([program, '-vv'])
  const version = /version (\S+)/.exec(said)?.[1] ?? 'unknown'
  const pipe = PIPE_SIZES[name]
  if (pipe !== undefined && !said.includes('+LINUX_SPLICE')) return { name, why: `${version} is built without splice` }
  return {
    name,
    version,
    own: false,
    launch: (setting) => {
      const path = join(setting.directory, 'haproxy.cfg')
      return { command: [program, '-db', '-f', path], files: { [path]: haproxyConfig(setting, pipe) } }
    },
  }
}

/** It logs to standard output, which is a file. */
export function haproxyConfig({ port, backend, connections, threads }: Setting, pipe: number | undefined): string {
  return `global
  maxconn ${connections}
  nbthread ${threads}
  tune.bufsize 65536
  log stdout format raw local0 info
${pipe === undefined ? '' : `  maxpipes ${PIPES}\n  tune.pipesize ${pipe}\n`}defaults
  mode tcp
  log global
  option tcplog
  timeout connect 5s
  timeout client 10m
  timeout server 10m
${pipe === undefined ? '' : '  option splice-request\n  option splice-response\n'}frontend clients
  bind 127.0.0.1:${port} backlog ${BACKLOG}
  tcp-request inspect-delay 10s
  tcp-request content accept if { req.ssl_hello_type 1 }
  use_backend registry if { req.ssl_sni -i ${NAME} }
backend registry
  server registry 127.0.0.1:${backend}
`
}
