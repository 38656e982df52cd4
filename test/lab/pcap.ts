/** One TCP segment of a capture. */
export interface Segment {
  /** `ADDRESS:PORT` of sender and receiver. */
  readonly from: string
  readonly to: string
  readonly sequence: number
  /** The SYN bit: it takes a sequence number of its own. */
  readonly syn: boolean
  readonly payload: Buffer
}

/** Magic number of a capture with microseconds, in this machine's byte order (pcap-savefile(5)). */
const MAGIC = 0xa1b2c3d4
const FILE_HEADER = 24
const RECORD_HEADER = 16
const ETHERNET = 14
const IPV4 = 0x0800
const TCP = 6
const SYN = 0x02

/** The TCP segments in a capture file of an Ethernet link, in order. Throws on a packet that was not captured whole. */
export function* readSegments(file: Buffer): Generator<Segment> {
  if (file.readUInt32LE(0) !== MAGIC) throw new Error('not a little-endian capture with microseconds')
  for (let at = FILE_HEADER; at + RECORD_HEADER <= file.length;) {
    const captured = file.readUInt32LE(at + 8)
    if (captured !== file.readUInt32LE(at + 12)) throw new Error('a packet was cut short')
    const end = at + RECORD_HEADER + captured
    // The file is still being written.
    if (end > file.length) return
    const frame = file.subarray(at + RECORD_HEADER, end)
    at = end
    const segment = parseFrame(frame)
    if (segment !== undefined) yield segment
  }
}

function parseFrame(frame: Buffer): Segment | undefined {
  if (frame.length < ETHERNET + 20 || frame.readUInt16BE(12) !== IPV4) return undefined
  // The frame of a short packet may be padded; the IP header says where it ends.
  const packet = frame.subarray(ETHERNET, ETHERNET + frame.readUInt16BE(ETHERNET + 2))
  if (packet[9] !== TCP) return undefined
  const segment = packet.subarray((packet.readUInt8(0) & 0x0f) * 4)
  return {
    from: `${address(packet, 12)}:${segment.readUInt16BE(0)}`,
    to: `${address(packet, 16)}:${segment.readUInt16BE(2)}`,
    sequence: segment.readUInt32BE(4),
    syn: (segment.readUInt8(13) & SYN) !== 0,
    payload: segment.subarray((segment.readUInt8(12) >> 4) * 4),
  }
}

function address(packet: Buffer, at: number): string {
  return packet.subarray(at, at + 4).join('.')
}
