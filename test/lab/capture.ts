import { randomUUID } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scope } from '../scope.ts'
import type { Place } from './enter.ts'
import { poll } from './poll.ts'
import { run } from './run.ts'
import { startService } from './service.ts'
import type { Site } from './site.ts'

/** What a link carries, written down. */
export interface Capture {
  /** The file, once everything that was sent before is in it. */
  readonly soFar: () => Promise<Buffer>
  /** The same, and the capture is over; rejects if packets were missed. */
  readonly stop: () => Promise<Buffer>
}

/** How a packet is sent over the link, whose coming says that all before it have come. */
export interface Marker {
  readonly from: Place
  readonly to: string
}

/** Packets that wait to be written, in KiB: a whole image, should the disk be slow. */
const BUFFER = 131_072

/** Captures TCP port 443 on a link of the ECS. */
export async function startCapture(
  t: Scope,
  { directory, logs, ecs }: Site,
  link: string,
  { from, to }: Marker,
): Promise<Capture> {
  const path = join(directory, `${link}.pcap`)
  const options = ['-i', link, '-w', path, '-s', '0', '-U', '-n', '--immediate-mode', '-B', String(BUFFER)]
  const command = ['tcpdump', ...options, '-Z', 'root', 'tcp port 443 or udp port 9']
  const service = await startService(t, { name: `capture-${link}`, logs, place: ecs, command, ready: /listening on/ })

  const soFar = async () => {
    const marker = randomUUID()
    await run(from, ['bash', '-c', `echo -n ${marker} > /dev/udp/${to}/9`])
    await poll(async () => ((await tail(path)).includes(marker) ? true : undefined), `${path} is written`)
    return readFile(path)
  }
  const stop = async () => {
    const file = await soFar()
    service.signal('SIGINT')
    await service.exit
    const dropped = service.lines.all.find(({ raw }) => raw.includes('dropped by kernel'))?.raw
    if (dropped?.startsWith('0 ') !== true) throw new Error(`the capture of ${link} is not whole: ${dropped}`)
    return file
  }
  return { soFar, stop }
}

/** The last bytes of a file. */
async function tail(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - 4096)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, start)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}
