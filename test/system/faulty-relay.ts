import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Transform } from 'node:stream'
import type { Scope } from '../scope.ts'

/** What a relay does wrong, to one direction of each connection, after so many bytes. */
export type Fault = 'none' | 'drop' | 'double' | 'flip' | 'cut' | 'reset' | 'swap'

/** More than the frame that opens a connection. */
const SPOILED_AT = 300_000

/** Starts a relay to a port of 127.0.0.1 that is at fault in one direction, and resolves with its port. */
export async function startFaultyRelay(t: Scope, backend: number, fault: Fault, at: 'down' | 'up'): Promise<number> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: backend, host: '127.0.0.1', allowHalfOpen: true })
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => open.delete(socket))
    }
    const spoil = spoiler(fault, [client, upstream])
    if (at === 'down') upstream.pipe(spoil).pipe(client)
    else upstream.pipe(client)
    if (at === 'up') client.pipe(spoil).pipe(upstream)
    else client.pipe(upstream)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (server.address() as AddressInfo).port
}

/** Passes bytes on, but for the fault. */
function spoiler(fault: Fault, sockets: readonly Socket[]): Transform {
  let passed = 0
  let done = false
  return new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      const at = SPOILED_AT - passed
      passed += chunk.length
      if (done || at < 2 || at >= chunk.length - 2) return pass(null, done && fault === 'cut' ? undefined : chunk)
      done = true
      const [before, after] = [chunk.subarray(0, at), chunk.subarray(at)]
      switch (fault) {
        case 'none':
          return pass(null, chunk)
        case 'drop':
          return pass(null, Buffer.concat([before, after.subarray(1)]))
        case 'double':
          return pass(null, Buffer.concat([before, after.subarray(0, 1), after]))
        case 'flip':
          return pass(null, Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ 1]), after.subarray(1)]))
        case 'swap':
          return pass(
            null,
            Buffer.concat([before.subarray(0, -1), after.subarray(0, 1), before.subarray(-1), after.subarray(1)]),
          )
        case 'cut':
          return pass(null, before)
        case 'reset':
          for (const socket of sockets) socket.resetAndDestroy()
      }
    },
  })
}
