/** Node as a client: `node node-client.js PORT NAME AUTHORITY GET|PUT PATH [FILE]` writes the body to standard output. */
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { request } from 'node:https'

const [port, name = '', authority = '', method = 'GET', path = '/', file] = process.argv.slice(2)
// An error of either side is heard by nobody, and so ends this with a code of its own.
const outgoing = request(
  {
    host: '127.0.0.1',
    port: Number(port),
    servername: name,
    ca: readFileSync(authority),
    method,
    path,
    agent: false,
    headers: { host: name, ...(file === undefined ? {} : { 'content-length': statSync(file).size }) },
  },
  (answer) => {
    if ((answer.statusCode ?? 0) >= 300) throw new Error(`answered ${answer.statusCode}`)
    answer.pipe(process.stdout)
  },
)
if (file === undefined) outgoing.end()
else createReadStream(file).pipe(outgoing)
