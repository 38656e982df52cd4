import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { decode, encode, RECURSION_DESIRED } from 'dns-packet'
import { deadline } from '../deadline.ts'
import type { Endpoint } from '../upstream.ts'

/** Record types by number: dns-packet has no name for HTTPS (RFC 9460). */
const TYPES = { A: 1, AAAA: 28, HTTPS: 65 } as const

export interface Reply {
  /** 0 NOERROR, 3 NXDOMAIN. */
  readonly code: number
  /** Addresses, in text form. */
  readonly addresses: readonly string[]
}

/** Asks a DNS server one question by UDP. */
export async function ask({ address, port }: Endpoint, name: string, type: keyof typeof TYPES): Promise<Reply> {
  const query = encode({ type: 'query', id: 7, flags: RECURSION_DESIRED, questions: [{ name, type: 'A' }] })
  // The question ends in its type and class, two bytes each.
  query.writeUInt16BE(TYPES[type], query.length - 4)
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  try {
    socket.send(query, port, address)
    const [message]: Buffer[] = await deadline(once(socket, 'message'), `an answer for ${name} ${type}`)
    if (message === undefined) throw new Error('no message')
    const { answers = [] } = decode(message)
    const addresses = answers.flatMap((answer) => (answer.type === 'A' || answer.type === 'AAAA' ? [answer.data] : []))
    return { code: message.readUInt8(3) & 15, addresses }
  } finally {
    socket.close()
  }
}
