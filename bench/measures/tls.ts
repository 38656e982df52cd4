import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deadline } from '../../test/deadline.ts'
import { WrongBytes } from '../load.ts'
import { type ProcessOptions, startProcess } from '../process.ts'
import { tlsClients, type TlsRequest } from '../tls/clients.ts'
import { FILE, startTlsServer } from '../tls/server.ts'
import type { Arena, Measure } from './measure.ts'

/** A transfer takes no longer (ms) on a slow machine. */
const LONGEST = 120_000

/** Real clients transfer a file from and to a real server by TLS, through the proxy; digests must agree. */
export const tls: Measure = {
  figures: () => [
    { key: 'tls-transfers', title: 'TLS transfers by real clients with the right digest', unit: '', headline: true },
    { key: 'tls-speed', title: 'TLS download by curl', unit: 'Gbit/s', better: 'more' },
  ],
  take: async ({ scope, directory, start, plan, layouts }) => {
    const options = { cpus: layouts.apart.load, descriptors: plan.descriptors }
    const server = await startTlsServer(scope, directory, plan.file, options)
    const { port } = await start({ backend: server.port })
    const layer = join(server.root, FILE)
    const expected = digest(await readFile(layer))
    const run = (request: TlsRequest, name: string) => transferred(scope, request, join(directory, name), options)
    let transfers = 0
    let speed: number | undefined
    for (const { name, download, upload } of tlsClients()) {
      const started = performance.now()
      const body = await run(download(port, server.authority), name)
      if (name === 'curl') speed = (body.length * 8) / (performance.now() - started) / 1e6
      checkDigest(body, expected, `a download by ${name}`)
      transfers += 1
      if (upload === undefined || !server.uploads) continue
      await run(upload(port, server.authority, layer, `by-${name}`), `${name}-put`)
      checkDigest(await readFile(join(server.root, `by-${name}`)), expected, `an upload by ${name}`)
      transfers += 1
    }
    return { values: { 'tls-transfers': transfers, 'tls-speed': speed } }
  },
}

/** The body that a client got. */
async function transferred(
  scope: Arena['scope'],
  { command, input = '', head }: TlsRequest,
  path: string,
  options: ProcessOptions,
): Promise<Buffer> {
  const client = startProcess(scope, command, { ...options, stdout: path })
  client.stdin.end(input)
  const code = await deadline(client.ended, `${command[0] ?? ''} ends`, LONGEST)
  if (code !== 0) throw new Error(`${command[0] ?? ''} ended with ${code}: ${client.stderr().trim()}`)
  const output = await readFile(path)
  return head === undefined ? output : output.subarray(output.indexOf('\r\n\r\n') + 4)
}

function checkDigest(body: Buffer, expected: string, what: string): void {
  if (digest(body) !== expected) throw new WrongBytes(`${what} by TLS has another digest`)
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
