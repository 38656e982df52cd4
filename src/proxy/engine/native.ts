import { createRequire } from 'node:module'

/** What native/binding.c exports. Slots are numbers by which both sides know a socket. */
export interface Native {
  /** `onEvents(count)` is called with so many events to be read from `events`. */
  create(
    threads: number,
    slots: number,
    pipes: number,
    /** Most clients accepted of which JavaScript has not taken note. */
    allowance: number,
    onEvents: (count: number) => void,
  ): NativeEngine
  /** Sends a message to a service manager's socket; 0, or an errno. */
  notify(path: string, message: string): number
}

export interface NativeEngine {
  /** Two for each slot: bytes taken from the socket, bytes sent to it. Written by the relay threads at any time. */
  readonly counters: Float64Array
  /** EVENT_FIELDS for each event, as the constants below say. */
  readonly events: Int32Array<ArrayBuffer>
  /** First bytes of clients, during the callback. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How many clients are accepted and have said nothing, of which no event has told. */
  readonly silent: Int32Array
  /**
   * Begins to connect; the slot, or a negated errno. A `client` that asks (-1: none) is coupled when it is connected: `skip` of its first
   * bytes are not for the upstream, `greeting` goes to it first.
   */
  dial(
    thread: number,
    address: string,
    port: number,
    source: string,
    client: number,
    skip: number,
    greeting: Buffer,
  ): number
  /** Gives up a dial, what it connected, or a client that asks. */
  cancel(slot: number): void
  /** Couples a client's descriptor, of which it keeps a duplicate; the client's slot, or a negated errno. */
  relayDescriptor(upstream: number, client: number, head: Buffer, greeting: Buffer): number
  /** Couples a client that asks; `skip` of its first bytes are not for the upstream. */
  relayClient(upstream: number, client: number, skip: number, greeting: Buffer): void
  /** Asks for the descriptor of a client that asks: an event brings it. */
  release(client: number): void
  /** Accepts from a duplicate of a listening descriptor. */
  listen(thread: number, acceptor: number, descriptor: number): object
  /** The duplicate. */
  descriptorOf(listening: object): number
  /** Stops at once; an event tells when all clients have been told of. Once only: it is freed then. */
  unlisten(listening: object): void
  /** Resets both sides of a relay, by its client's slot, or what a dial connected, or a client that asks. */
  abort(slot: number): void
  keepAlive(client: number): void
  /** Lets the threads know of what was asked for since the last time. */
  flush(): void
  close(): void
}

/** Kinds of event, as native/engine.h has them. */
export const EVENT = {
  connected: 0,
  failed: 1,
  cancelled: 2,
  ended: 3,
  asked: 4,
  silent: 5,
  left: 6,
  released: 7,
  closed: 8,
  turnedAway: 9,
} as const
/** Fields of an event, as native/events.c has them; `upstream` and `side` are those of a relay that ended; `code` of a dial tells whether it is coupled. */
export const FIELD = {
  kind: 0,
  slot: 1,
  code: 2,
  port: 3,
  upstream: 3,
  textSize: 4,
  side: 4,
  bytesAt: 5,
  bytesSize: 6,
  descriptor: 7,
  text: 8,
} as const
export const EVENT_FIELDS = 21

/** Where the compiled module may be, from the package's root: what was compiled here comes before what was packed. */
const PLACES = [
  () => 'build/Release/splice.node',
  () => `prebuilds/${process.platform}-${process.arch}-${libc()}/splice.node`,
]
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
        const path = load.resolve(root + place())
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
