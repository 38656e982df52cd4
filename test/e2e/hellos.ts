import { readdirSync, readFileSync } from 'node:fs'
import { buildHello, frame } from '../hello.ts'
import { REGISTRY } from './carried.ts'

// Not compiled, so read from the source tree: this file runs as dist/test/e2e/hellos.js.
const CAPTURES = new URL('../../../test/fixtures/hellos/', import.meta.url)

/** A hello for `serverName`, in one record. */
export function helloFor(serverName = REGISTRY): Buffer {
  return frame(buildHello({ serverName }))
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
