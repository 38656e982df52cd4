import { createRequire } from 'node:module'

/** What native/binding.c exports. Slots are numbers by which both sides know a socket. */
export interface Native {
  /** `onEvents(count)` is called with so many events to be read from `events`. */
  create(threads: number, slots: number, pipes: number, onEvents: (count: number) => void): NativeEngine
}

export interface NativeEngine {
  /** Two for each slot: bytes taken from the socket, bytes sent to it. Written by the relay threads at any time. */
  readonly counters: Float64Array
  /** EVENT_FIELDS for each event, as the constants below say. */
  readonly events: Int32Array<ArrayBuffer>
  /** Begins to connect; the slot, or a negated errno. */
  dial(thread: number, address: string, port: number, source: string): number
  /** Gives up a dial, or what it connected. */
  cancel(slot: number): void
  /** Couples a client's descriptor, of which it keeps a duplicate; the client's slot, or a negated errno. */
  relay(upstream: number, client: number, head: Buffer, greeting: Buffer): number
  /** Resets both sides of a relay, by its client's slot, or what a dial connected. */
  abort(slot: number): void
  keepAlive(client: number): void
  /** Lets the threads know of what was asked for since the last time. */
  flush(): void
  close(): void
}

export const EVENT_FIELDS = 16
/** Kinds of event: a dial's first three, then a relay's. All but the first free their slots when the callback returns. */
export const EVENT = { connected: 0, failed: 1, cancelled: 2, ended: 3 } as const
/** Fields of every event; of one that says `connected`; of one that says `ended`. */
export const FIELD = { kind: 0, slot: 1, code: 2, port: 3, textLength: 4, text: 5, upstream: 3, side: 4 } as const

/** Where the compiled module may be, from the package's root. */
const PLACES = [`prebuilds/${process.platform}-${process.arch}-${libc()}/splice.node`, 'build/Release/splice.node']
/** The package's root as seen from dist/src/proxy/engine, and from src/proxy/engine. */
const ROOTS = ['../../../../', '../../../']

export type Loaded =
  | { readonly ok: true; readonly native: Native; readonly path: string }
  | { readonly ok: false; readonly why: string }

/** The compiled module, or why there is none. */
export function loadNative(): Loaded {
  if (process.platform !== 'linux') return { ok: false, why: `there is none for ${process.platform}` }
  const load = createRequire(import.meta.url)
  const problems: string[] = []
  for (const root of ROOTS) {
    for (const place of PLACES) {
      try {
        const path = load.resolve(root + place)
        // The file is our own build; its exports are declared above.
        const native: Native = load(path)
        return { ok: true, native, path }
      } catch (error) {
        if (!isMissing(error)) problems.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  return { ok: false, why: problems[0] ?? 'it was not built when the package was installed' }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'
}

/** Node's own report knows the C library it runs with. */
function libc(): 'glibc' | 'musl' {
  const report: unknown = process.report?.getReport()
  const header: unknown = typeof report === 'object' && report !== null ? Reflect.get(report, 'header') : undefined
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header ? 'glibc' : 'musl'
}
