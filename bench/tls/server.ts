import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthority } from '../../test/region/ca.ts'
import type { Scope } from '../../test/scope.ts'
import { NAME } from '../peers/peer.ts'
import { findProgram } from '../peers/program.ts'
import { withFreePort } from '../ports.ts'
import { type ProcessOptions, startProcess } from '../process.ts'
import { untilAccepts } from '../accepts.ts'

/** A web server that ends TLS. */
export interface TlsServer {
  readonly port: number
  /** Certificate of the authority that clients trust. */
  readonly authority: string
  /** Where what it serves lies, and what is uploaded comes. */
  readonly root: string
  /** It stores what is sent by PUT. */
  readonly uploads: boolean
}

/** The file that it serves. */
export const FILE = 'layer'

/** Starts nginx, or where that is not installed `openssl s_server`, with a file of random bytes. */
export async function startTlsServer(
  scope: Scope,
  directory: string,
  size: number,
  options: ProcessOptions,
): Promise<TlsServer> {
  const authority = await createAuthority(directory)
  const root = join(directory, 'root')
  await mkdir(root)
  await writeFile(join(root, FILE), randomBytes(size))
  const { cert, key } = await authority.issue([NAME])
  const pair = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') }
  await writeFile(pair.cert, cert)
  await writeFile(pair.key, key)
  const nginx = findProgram('nginx')
  const config = join(directory, 'nginx.conf')
  const port = await withFreePort(async (port) => {
    if (nginx !== undefined) await writeFile(config, tlsConfig(directory, root, port, pair))
    const command =
      nginx === undefined
        ? [
            'openssl',
            's_server',
            '-quiet',
            '-accept',
            `127.0.0.1:${port}`,
            '-cert',
            pair.cert,
            '-key',
            pair.key,
            '-WWW',
          ]
        : [nginx, '-e', join(directory, 'error.log'), '-c', config]
    await untilAccepts(port, startProcess(scope, command, { ...options, directory: root }))
    return port
  })
  return { port, authority: authority.path, root, uploads: nginx !== undefined }
}

/** A whole configuration of nginx. */
export function tlsConfig(
  directory: string,
  root: string,
  port: number,
  { cert, key }: { readonly cert: string; readonly key: string },
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events {
  worker_connections 1024;
}
http {
${temporary.map((name) => `  ${name}_temp_path ${directory}/${name};`).join('\n')}
  access_log off;
  server {
    listen 127.0.0.1:${port} ssl;
    server_name ${NAME};
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    root ${root};
    dav_methods PUT;
    client_max_body_size 0;
  }
}
`
}
