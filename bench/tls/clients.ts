import { fileURLToPath } from 'node:url'
import { NAME } from '../peers/peer.ts'
import { findProgram } from '../peers/program.ts'
import { FILE } from './server.ts'

/** A request by a real client, to a port of 127.0.0.1. */
export interface TlsRequest {
  readonly command: readonly string[]
  /** What it reads on its standard input. */
  readonly input?: string
  /** Its output begins with the head of the answer. */
  readonly head?: true
}

export interface TlsClient {
  readonly name: string
  /** Writes the file to its standard output. */
  readonly download: (port: number, authority: string) => TlsRequest
  /** Sends the file at a path by PUT, under a name. */
  readonly upload?: (port: number, authority: string, path: string, name: string) => TlsRequest
}

const NODE_CLIENT = fileURLToPath(new URL('node-client.js', import.meta.url))

/** The clients that are installed. */
export function tlsClients(): readonly TlsClient[] {
  return [curl, openssl, node].filter(({ name }) => name === 'node' || findProgram(name) !== undefined)
}

const curlTo = (port: number, authority: string) =>
  ['curl', '-sS', '--fail', '--cacert', authority, '--connect-to', `${NAME}:443:127.0.0.1:${port}`] as const

const curl: TlsClient = {
  name: 'curl',
  download: (port, authority) => ({ command: [...curlTo(port, authority), `https://${NAME}/${FILE}`] }),
  upload: (port, authority, path, name) => ({
    command: [...curlTo(port, authority), '-T', path, `https://${NAME}/${name}`],
  }),
}

const opensslTo = (port: number) =>
  ['openssl', 's_client', '-quiet', '-connect', `127.0.0.1:${port}`, '-servername', NAME] as const

const openssl: TlsClient = {
  name: 'openssl',
  download: (port, authority) => ({
    command: [...opensslTo(port), '-CAfile', authority, '-verify_return_error'],
    input: `GET /${FILE} HTTP/1.0\r\nHost: ${NAME}\r\n\r\n`,
    head: true,
  }),
}

const node: TlsClient = {
  name: 'node',
  download: (port, authority) => ({
    command: [process.execPath, NODE_CLIENT, String(port), NAME, authority, 'GET', `/${FILE}`],
  }),
  upload: (port, authority, path, name) => ({
    command: [process.execPath, NODE_CLIENT, String(port), NAME, authority, 'PUT', `/${name}`, path],
  }),
}
