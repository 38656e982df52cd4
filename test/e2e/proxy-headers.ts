import { uint, vector } from '../hello.ts'

const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
/** A TLV of the type for experiments, as load balancers add them. */
const TLV = Buffer.concat([uint(1, 0xe0), vector(2, Buffer.from('of no meaning here'))])

/** A PROXY protocol header of version 1 that announces `source`. */
export function headerV1(source: string): Buffer {
  const family = source.includes(':') ? 'TCP6' : 'TCP4'
  const own = source.includes(':') ? '::1' : '127.0.0.1'
  return Buffer.from(`PROXY ${family} ${source} ${own} 40000 443\r\n`)
}

/** One of version 2 that announces an IPv4 `source`, with a TLV behind the addresses. */
export function headerV2(source: string): Buffer {
  const address = Buffer.from([...source.split('.').map(Number), 127, 0, 0, 1])
  return v2(0x21, 0x11, Buffer.concat([address, uint(2, 40_000), uint(2, 443), TLV]))
}

/** One of version 2 for a connection of the load balancer's own. */
export function headerLocal(): Buffer {
  return v2(0x20, 0, TLV)
}

function v2(command: number, family: number, rest: Buffer): Buffer {
  return Buffer.concat([V2_SIGNATURE, uint(1, command), uint(1, family), vector(2, rest)])
}
