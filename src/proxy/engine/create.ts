import { availableParallelism } from 'node:os'
import { UserError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Engine } from './engine.ts'
import { loadNative } from './native.ts'
import { createSpliceEngine } from './splice.ts'
import { createStreamEngine } from './stream.ts'

/** One pipe for so many descriptors, within bounds: a pipe is two descriptors, and as a rule at most 256 KiB of the kernel's memory. */
const DESCRIPTORS_A_SHARE = 64
const SMALLEST_SHARE = 2
const MOST_PIPES = 512
/** What to do where the splice engine cannot be loaded. */
export const HOW_TO_BUILD = 'install a C compiler and run `npm run build:native` where acr-proxy is'
/** Clients that may be accepted ahead of the event loop, likewise. */
const MOST_AHEAD = 256

export interface EngineOptions {
  readonly engine: 'auto' | 'stream' | 'splice'
  /** Undefined: one for each processor. */
  readonly relayThreads?: number | undefined
  /** This process's limit of open descriptors. */
  readonly descriptors: number
}

/** The engine that is asked for, or the best one there is. Throws a UserError where what is asked for cannot be had. */
export function createEngine({ engine, relayThreads, descriptors }: EngineOptions, log: Log): Engine {
  if (engine === 'stream') return createStreamEngine()
  const loaded = loadNative()
  if (loaded.ok) {
    const share = Math.max(Math.floor(descriptors / DESCRIPTORS_A_SHARE), SMALLEST_SHARE)
    return createSpliceEngine(loaded.native, {
      threads: relayThreads ?? availableParallelism(),
      sockets: descriptors,
      pipes: Math.min(share, MOST_PIPES),
      ahead: Math.min(share, MOST_AHEAD),
    })
  }
  if (engine === 'splice') {
    throw new UserError(`the splice engine cannot be loaded: ${loaded.why}`, {
      hint: `${HOW_TO_BUILD}, or use --engine auto`,
    })
  }
  log.info({ why: loaded.why }, 'the splice engine cannot be loaded: the stream engine moves the bytes')
  return createStreamEngine()
}
