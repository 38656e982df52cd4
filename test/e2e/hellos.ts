import { randomFillSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { buildHello, frame } from '../hello.ts'
import { REGISTRY } from './carried.ts'

// Not compiled, so read from the source tree: this file runs as dist/test/e2e/hellos.js.
const CAPTURES = new URL('../../../test/fixtures/hellos/', import.meta.url)

const RANDOM = { start: 5 + 4 + 2, length: 32 }

/** A hello for `serverName`, in one record; its random is another each time, as a client's is. */
export function helloFor(serverName = REGISTRY): Buffer {
  const hello = frame(buildHello({ serverName }))
  randomFillSync(hello, RANDOM.start, RANDOM.length)
  return hello
}

/** The hello that names no server. */
export function namelessHello(): Buffer {
  return frame(buildHello())
}

/** What real clients sent, by the client's name; each asks for REGISTRY. */
export function capturedHellos(): ReadonlyMap<string, Buffer> {
  const files = readdirSync(CAPTURES).filter((file) => file.endsWith('.bin'))
  return new Map(files.map((file) => [file.slice(0, -'.bin'.length), readFileSync(new URL(file, CAPTURES))]))
}
