import type { NativeEngine } from './native.ts'

/** The calls to the relay threads; the threads are woken once a round of the event loop, however much they are asked. */
export type Calls = Omit<NativeEngine, 'events' | 'bytes' | 'silent' | 'flush' | 'close'>

export function createCalls(engine: NativeEngine): Calls {
  let due = false
  const flush = (): void => {
    due = false
    engine.flush()
  }
  const asked = <T>(result: T): T => {
    if (!due) setImmediate(flush)
    due = true
    return result
  }
  return {
    counters: engine.counters,
    dial: (...what) => asked(engine.dial(...what)),
    cancel: (slot) => asked(engine.cancel(slot)),
    relayDescriptor: (...what) => asked(engine.relayDescriptor(...what)),
    relayClient: (...what) => asked(engine.relayClient(...what)),
    release: (slot) => asked(engine.release(slot)),
    listen: (...what) => asked(engine.listen(...what)),
    descriptorOf: (listening) => engine.descriptorOf(listening),
    unlisten: (listening) => asked(engine.unlisten(listening)),
    abort: (slot) => asked(engine.abort(slot)),
    keepAlive: (slot) => asked(engine.keepAlive(slot)),
  }
}
