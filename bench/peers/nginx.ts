import { join } from 'node:path'
import { UserError } from '../../src/errors.ts'
import { findProgram, output } from './program.ts'
import { BACKLOG, NAME, type Absent, type Peer, type Setting } from './peer.ts'

/** Its buffer for each direction of a connection: 16k unless told otherwise. */
const BUFFERS = { nginx: '64k', 'nginx-256k': '256k' } as const

/** nginx with its stream module, which may be a file to load. */
export async function findNginx(name: keyof typeof BUFFERS): Promise<Peer | Absent> {
  const program = findProgram('nginx')
  if (program === undefined) return { name, why: 'not installed' }
  const said = await output([program, '-V'])
  const version = /nginx\/(\S+)/.exec(said)?.[1] ?? 'unknown'
  if (!said.includes('--with-stream_ssl_preread_module')) return { name, why: `${version} has no ssl_preread` }
  const folder = /--modules-path=(\S+)/.exec(said)?.[1] ?? '/usr/lib/nginx/modules'
  const module = said.includes('--with-stream=dynamic') ? join(folder, 'ngx_stream_module.so') : undefined
  return {
    name,
    version,
    own: false,
    launch: (setting) => {
      const path = join(setting.directory, 'nginx.conf')
      return {
        command: [program, '-e', join(setting.directory, 'error.log'), '-c', path],
        files: { [path]: nginxConfig(setting, BUFFERS[name], module) },
      }
    },
  }
}

/** One worker a processor; with several, each has its own queue, or one would accept nearly all. */
export function nginxConfig(setting: Setting, buffer: string, module: string | undefined): string {
  const { port, backend, directory, connections, threads } = setting
  if (/[\s;"'{}]/.test(directory)) throw new UserError(`nginx takes no such path: ${directory}`)
  return `${module === undefined ? '' : `load_module ${module};\n`}daemon off;
${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes ${threads};
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events {
  worker_connections ${2 * connections + 64};
  multi_accept on;
}
stream {
  log_format line '$remote_addr $time_iso8601 $ssl_preread_server_name $status $bytes_sent $bytes_received $session_time $upstream_addr';
  access_log ${directory}/connections.log line;
  map $ssl_preread_server_name $target {
    ${NAME} 127.0.0.1:${backend};
  }
  server {
    listen 127.0.0.1:${port} backlog=${BACKLOG}${threads > 1 ? ' reuseport' : ''};
    ssl_preread on;
    proxy_pass $target;
    proxy_buffer_size ${buffer};
    proxy_half_close on;
    proxy_timeout 10m;
  }
}
`
}
