import { decode, encode, streamDecode, streamEncode, TRUNCATED_RESPONSE } from 'dns-packet'
import type { Packet } from 'dns-packet'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import type { Scope } from '../scope.ts'
import { portOf } from '../upstream.ts'

/** What a client without EDNS takes by UDP, in bytes (RFC 1035). */
const PLAIN_UDP = 512

/** Answers a query, or undefined: no answer is sent. */
export type Answerer = (query: Packet) => Promise<Packet | undefined>

/** Serves DNS over UDP and TCP on one free port of `address`. */
export async function bindDns(t: Scope, address: string, answer: Answerer): Promise<number> {
  const sockets = new Set<Socket>()
  const tcp = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    let waiting = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes])
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const length = 2 + waiting.readUInt16BE(0)
        const query = streamDecode(waiting.subarray(0, length))
        waiting = waiting.subarray(length)
        void answered(answer, query).then((reply) => reply !== undefined && socket.write(streamEncode(reply)))
      }
    })
  })
  tcp.listen(0, address)
  await once(tcp, 'listening')
  t.after(() => {
    tcp.close()
    for (const socket of sockets) socket.destroy()
  })
  const port = portOf(tcp.address())

  const udp = createSocket('udp4')
  udp.on('message', (bytes, from) => {
    const query = decode(bytes)
    void answered(answer, query).then(
      (reply) => reply !== undefined && udp.send(fit(query, reply), from.port, from.address),
    )
  })
  udp.bind(port, address)
  await once(udp, 'listening')
  t.after(() => void udp.close())
  return port
}

/** The reply, or undefined where the server is closing down. */
async function answered(answer: Answerer, query: Packet): Promise<Packet | undefined> {
  try {
    return await answer(query)
  } catch {
    return undefined
  }
}

/** A reply as a datagram: cut to its head, with the bit that sends the client to TCP, where it is longer than the client takes. */
function fit(query: Packet, answer: Packet): Buffer {
  const whole = encode(answer)
  const opt = query.additionals?.find((record) => record.type === 'OPT')
  const room = opt?.type === 'OPT' ? Math.max(PLAIN_UDP, opt.udpPayloadSize) : PLAIN_UDP
  if (whole.length <= room) return whole
  return encode({ ...answer, flags: (answer.flags ?? 0) | TRUNCATED_RESPONSE, answers: [] })
}
