import pino from 'pino'
import pretty from 'pino-pretty'

export type Log = pino.Logger

export interface LogOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  readonly format: 'auto' | 'json' | 'pretty'
}

/** Lines are written together: so many bytes, or all there are after so many ms. A write for each costs a tenth of the connections/s. */
const GATHERED = 8 * 1024
const FLUSH_MS = 100
/** Lines waiting for a reader that has stalled are dropped beyond this (bytes), rather than kept without bound. */
const MAX_WAITING = 16 * 1024 * 1024

/** A log on standard output: JSON lines, or readable ones where a person watches; and how to write out what is waiting. */
export function createLog({ level, format }: LogOptions): { readonly log: Log; readonly flush: () => void } {
  const readable = format === 'pretty' || (format === 'auto' && process.stdout.isTTY)
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  }
  if (readable) {
    return { log: pino(options, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true })), flush: () => {} }
  }
  const destination = pino.destination({ dest: 1, sync: false, minLength: GATHERED, periodicFlush: FLUSH_MS, maxLength: MAX_WAITING })
  // A reader that went away (EPIPE) must not end the proxy.
  destination.on('error', () => {})
  return { log: pino(options, destination), flush: () => flushQuietly(destination) }
}

function flushQuietly(destination: ReturnType<typeof pino.destination>): void {
  try {
    destination.flushSync()
  } catch {
    // Nobody is left to read it.
  }
}
