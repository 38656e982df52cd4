import { join } from 'node:path'
import { NAME, type Absent, type Peer, type Setting } from './peer.ts'
import { findProgram, output } from './program.ts'

export async function findSniproxy(): Promise<Peer | Absent> {
  const name = 'sniproxy'
  const program = findProgram(name)
  if (program === undefined) return { name, why: 'not installed' }
  const version = /sniproxy (\S+)/.exec(await output([program, '-V']))?.[1] ?? 'unknown'
  return {
    name,
    version,
    own: false,
    launch: (setting) => {
      const path = join(setting.directory, 'sniproxy.conf')
      return { command: [program, '-f', '-c', path], files: { [path]: sniproxyConfig(setting) } }
    },
  }
}

/** It has no option for the backlog, and one thread only. */
export function sniproxyConfig({ port, backend, directory }: Setting): string {
  return `${process.getuid?.() === 0 ? 'user root\n' : ''}pidfile ${directory}/sniproxy.pid
error_log {
  filename ${directory}/error.log
  priority warning
}
access_log {
  filename ${directory}/connections.log
}
listener 127.0.0.1:${port} {
  proto tls
  table registry
}
table registry {
  ^${NAME.replaceAll('.', '\\.')}$ 127.0.0.1:${backend}
}
`
}
