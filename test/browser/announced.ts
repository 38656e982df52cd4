import { connect } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Scope } from '../scope.ts'
import { listenTcp } from '../upstream.ts'
import type { Endpoint } from '../upstream.ts'
import { headerV1 } from '../e2e/proxy-headers.ts'

/**
 * An entrance to a proxy that announces its clients by PROXY header as `client`, as a load balancer does; with `rate` (bytes a
 * second) the line of each of them is so slow, both ways.
 */
export function announcedAs(t: Scope, proxy: Endpoint, client: string, rate = Infinity): Promise<Endpoint> {
  return listenTcp(t, (socket) => {
    const onward = connect({ host: proxy.address, port: proxy.port, allowHalfOpen: true })
    onward.write(headerV1(client))
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
    onward.on('close', () => socket.destroy())
    socket.pipe(slowed(rate)).pipe(onward).pipe(slowed(rate)).pipe(socket)
  })
}

function slowed(rate: number): Transform {
  return new Transform({
    async transform(chunk: Buffer, _encoding, done) {
      if (rate < Infinity) await delay((chunk.length / rate) * 1000)
      done(null, chunk)
    },
  })
}
