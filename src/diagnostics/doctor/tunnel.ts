import http from 'node:http'
import type { Socket } from 'node:net'
import { refusalIn } from './proxy-refusal.ts'
import { readSome } from './read-some.ts'
import { withDeadline } from './deadline.ts'

/** How long a proxy may take to open a tunnel (ms): it resolves and dials first. */
const LIMIT_MS = 20_000
/** So much is read of why it opens none (bytes). */
const MAX_BODY = 64 * 1024

/** Asks an HTTP proxy on a connected socket for a tunnel. Rejects with a ProxyRefusal where it says so in its own words. */
export async function openTunnel(socket: Socket, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  try {
    return await withDeadline(signal, LIMIT_MS, 'no answer to CONNECT', (limited) =>
      connect(socket, `${host}:${port}`, limited),
    )
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function connect(socket: Socket, target: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      method: 'CONNECT',
      path: target,
      headers: { host: target },
      createConnection: () => socket,
      signal,
    })
    request.once('error', reject)
    request.once('connect', (response, _socket, head: Buffer) => {
      if (head.length > 0) socket.unshift(head)
      if (response.statusCode === 200) return resolve(socket)
      // Node takes no body off an answer to CONNECT.
      readSome(socket, MAX_BODY).then(
        ({ bytes }) => reject(refusalOf(response.statusCode ?? 0, bytes.toString(), target)),
        reject,
      )
    })
    request.end()
  })
}

function refusalOf(status: number, body: string, target: string): Error {
  return refusalIn(body) ?? new Error(`CONNECT ${target} is answered with ${status}`)
}
