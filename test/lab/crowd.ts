/** Connections that want nothing good, kept up at a proxy until the process is ended: crowd.js ADDRESS SERVER_NAME. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** How many of each kind there are. */
export const CROWD = { silent: 250, greeted: 250, junk: 100, unfinished: 100 } as const
type Kind = keyof typeof CROWD

/** A closed connection is opened again after so long (ms): a crowd that stands, not a flood. */
const REOPEN = 200
/** How often the numbers that stand are told (ms). */
const REPORT = 200

const [, , host = '', servername = ''] = process.argv
const standing: Record<Kind, number> = { silent: 0, greeted: 0, junk: 0, unfinished: 0 }

const OPEN: Readonly<Record<Kind, () => Socket>> = {
  silent: () => connect(443, host),
  // Past the proxy's decision, and then not a byte more. Whom it talks to does not matter to a crowd.
  greeted: () => connectTls({ host, port: 443, servername, rejectUnauthorized: false }),
  junk: () => {
    // Half-open, so that it stands for as long as the proxy lets a refused client linger.
    const socket = connect({ host, port: 443, allowHalfOpen: true })
    socket.write(Buffer.concat([Buffer.from('JUNK '), randomBytes(1000)]))
    return socket
  },
  unfinished: () => {
    const socket = connect(443, host)
    socket.write(Buffer.concat([Buffer.from([0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc]), randomBytes(100)]))
    return socket
  },
}

function keep(kind: Kind): void {
  const socket = OPEN[kind]()
  let stands = false
  const up = () => {
    stands = true
    standing[kind] += 1
  }
  socket.once(kind === 'greeted' ? 'secureConnect' : 'connect', up)
  socket.on('data', () => {})
  socket.on('error', () => {})
  socket.once('close', () => {
    if (stands) standing[kind] -= 1
    setTimeout(keep, REOPEN, kind)
  })
}

for (const kind of ['silent', 'greeted', 'junk', 'unfinished'] as const) {
  for (let count = 0; count < CROWD[kind]; count++) keep(kind)
}
setInterval(() => process.stdout.write(`${JSON.stringify(standing)}\n`), REPORT)
