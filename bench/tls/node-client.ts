/** Node as a client: `node node-client.js PORT NAME AUTHORITY GET|PUT PATH [FILE]` writes the body to standard output. */
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { pipeline } from 'node:stream/promises'

const [port, name = '', authority = '', method = 'GET', path = '/', file] = process.argv.slice(2)
const outgoing = request({
  host: '127.0.0.1',
  port: Number(port),
  servername: name,
  ca: readFileSync(authority),
  method,
  path,
  agent: false,
  headers: { host: name, ...(file === undefined ? {} : { 'content-length': statSync(file).size }) },
})
const answered = once(outgoing, 'response')
if (file === undefined) outgoing.end()
else await pipeline(createReadStream(file), outgoing)
const [answer]: IncomingMessage[] = await answered
if (answer === undefined || (answer.statusCode ?? 0) >= 300) throw new Error(`answered ${answer?.statusCode}`)
await pipeline(answer, process.stdout)
