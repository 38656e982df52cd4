import { once } from 'node:events'
import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import type { Endpoint } from '../upstream.ts'

/** A TLS connection to `host`:443 through a forward proxy's CONNECT; rejects with the status of a proxy that refuses. */
export async function tunnel(proxy: Endpoint, { host, ca }: { host: string; ca: string }): Promise<TLSSocket> {
  const socket = connect({ socket: await ask(proxy, `${host}:443`), servername: host, ca })
  await once(socket, 'secureConnect')
  return socket
}

function ask({ address, port }: Endpoint, target: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: address,
      port,
      method: 'CONNECT',
      path: target,
      headers: { host: target },
      agent: false,
    })
    asked.on('error', reject)
    asked.on('connect', ({ statusCode }, socket, head) => {
      if (statusCode === 200) {
        socket.unshift(head)
        return resolve(socket)
      }
      socket.destroy()
      reject(new Error(`CONNECT ${target}: ${statusCode}: ${head.toString()}`))
    })
    asked.end()
  })
}
