import pino from 'pino'

export type Log = pino.Logger

export interface LogOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  readonly format: 'auto' | 'json' | 'pretty'
}

/** Lines are written together: so many bytes, or all there are after so many ms. A write is another thread's, and costs more than its line. */
const GATHERED = 64 * 1024
const FLUSH_MS = 100
/** What is written at once where the reader is slow (bytes). */
const MOST_AT_ONCE = 256 * 1024
/** Lines waiting for a reader that has stalled are dropped beyond this (bytes), rather than kept without bound. */
const MAX_WAITING = 16 * 1024 * 1024

/** How long the last lines may take to be written (ms): a reader that has stalled must not keep the process from ending. */
const FLUSH_LIMIT = 2_000

let lastMs = 0
let lastTime = ''
/** pino's function of this name, made once a millisecond: many lines share one. */
function isoTime(): string {
  const ms = Date.now()
  if (ms !== lastMs) lastTime = pino.stdTimeFunctions.isoTime()
  lastMs = ms
  return lastTime
}

/** A log on standard output: JSON lines, or readable ones where a person watches; and how to write out what is waiting. */
export async function createLog({ level, format }: LogOptions): Promise<{
  readonly log: Log
  /** Resolves when every line is out, in order, or cannot be had out. */
  readonly flush: () => Promise<void>
}> {
  const readable = format === 'pretty' || (format === 'auto' && process.stdout.isTTY)
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: isoTime,
    formatters: { level: (label) => ({ level: label }) },
  }
  if (readable) {
    // What a daemon does not need is not loaded: it costs a tenth of the start.
    const { default: pretty } = await import('pino-pretty')
    return {
      log: pino(options, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true })),
      flush: () => Promise.resolve(),
    }
  }
  const destination = pino.destination({
    dest: 1,
    sync: false,
    // With 0, `flush` would not wait for a write that is under way.
    minLength: 1,
    maxWrite: MOST_AT_ONCE,
    maxLength: MAX_WAITING,
  })
  // A reader that went away (EPIPE) must not end the proxy.
  destination.on('error', () => {})
  const lines = new Lines((text) => destination.write(text))
  const log = pino(options, lines)
  // Where nobody has foreseen the end, pino writes then what it has: this comes before.
  process.prependOnceListener('exit', () => lines.flush())
  const flush = async (): Promise<void> => {
    lines.flush()
    if (await flushed(destination)) return
    // At the end of the process pino would wait for the reader once more, unless there is nothing left to write.
    log.level = 'silent'
    destination.destroy()
  }
  return { log, flush }
}

/** UTF-8 needs at most so many bytes for what is one in a string's length. */
const MOST_BYTES = 3

/** Gathers lines. pino's destination can, too, but measures all that it has gathered anew for each line. */
class Lines {
  readonly #write: (text: string) => void
  /** Bytes: a line comes as a tree of its parts, and thousands of those would be copied by each collection until they are written. */
  readonly #gathered = Buffer.allocUnsafeSlow(GATHERED)
  #used = 0
  #timer: NodeJS.Timeout | undefined

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  write(line: string): void {
    if (line.length * MOST_BYTES > GATHERED - this.#used) this.flush()
    if (line.length * MOST_BYTES > GATHERED) return this.#write(line)
    this.#used += this.#gathered.write(line, this.#used)
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#used === 0) return
    const text = this.#gathered.toString('utf8', 0, this.#used)
    this.#used = 0
    this.#write(text)
  }
}

/** True when all lines are written; false when the reader takes none. */
async function flushed(destination: ReturnType<typeof pino.destination>): Promise<boolean> {
  let limit: NodeJS.Timeout | undefined
  // First the write under way: `flushSync` alone would overtake it, and the end of the process might cut it off.
  const late = await new Promise<boolean>((resolve) => {
    limit = setTimeout(resolve, FLUSH_LIMIT, true)
    destination.flush(() => resolve(false))
  })
  clearTimeout(limit)
  if (late) return false
  try {
    destination.flushSync()
    return true
  } catch {
    return false
  }
}
