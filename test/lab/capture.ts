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
  /** Waits until everything sent before is in the file, ends the capture, and resolves with the file. */
  readonly stop: () => Promise<Buffer>
}

/** A packet that goes over the link last. Its port is the discard service's. */
export interface Marker {
  readonly from: Place
  readonly to: string
}

const MARKER = 'the capture ends here'

/** Captures TCP port 443 on a link of the ECS. */
export async function startCapture(t: Scope, { directory, logs, ecs }: Site, link: string, marker: Marker) {
  const path = join(directory, `${link}.pcap`)
  const kibibytes = 131_072
  const options = ['-i', link, '-w', path, '-s', '0', '-U', '-n', '--immediate-mode', '-B', String(kibibytes)]
  const command = ['tcpdump', ...options, '-Z', 'root', 'tcp port 443 or udp port 9']
  const service = await startService(t, { name: `capture-${link}`, logs, place: ecs, command, ready: /listening on/ })
  const capture: Capture = {
    stop: async () => {
      await run(marker.from, ['bash', '-c', `echo -n '${MARKER}' > /dev/udp/${marker.to}/9`])
      await poll(async () => ((await tail(path)).includes(MARKER) ? true : undefined), `${path} is complete`)
      service.signal('SIGINT')
      await service.exit
      const dropped = service.lines.all.find(({ raw }) => raw.includes('dropped by kernel'))?.raw
      if (dropped?.startsWith('0 ') !== true) throw new Error(`the capture of ${link} is not whole: ${dropped}`)
      return readFile(path)
    },
  }
  return capture
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
