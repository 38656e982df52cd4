import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scope } from '../scope.ts'
import { startService } from './service.ts'
import type { Service } from './service.ts'
import type { Site } from './site.ts'

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Starts an nginx of the cloud; `http` is what stands in its `http` block. */
export async function startNginx(t: Scope, site: Site, name: string, http: string): Promise<Service> {
  const directory = join(site.directory, name)
  await mkdir(directory)
  const path = join(directory, 'nginx.conf')
  await writeFile(path, nginxConfig(directory, http))
  const command = ['nginx', '-e', 'stderr', '-c', path]
  return startService(t, { name, logs: site.logs, place: site.cloud, command, ready: /start worker process / })
}

/** A whole configuration: in the foreground, every path in the directory, errors to standard error. */
function nginxConfig(directory: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${join(directory, name)};`,
  )
  return `daemon off;
user root;
pid ${join(directory, 'nginx.pid')};
error_log stderr notice;
worker_processes 1;
events { worker_connections 8192; }
http {
${temporary.join('\n')}
  access_log ${join(directory, 'access.log')};
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  server_names_hash_bucket_size 128;
${http}
}
`
}

/** The lines of a `server` block that say who it is. */
export function tls({ cert, key }: Certificate): string {
  return `ssl_certificate ${cert};
    ssl_certificate_key ${key};
    ssl_session_cache shared:tls:1m;`
}
