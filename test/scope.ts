/** Whatever can run clean-up at its end: a `TestContext` of node:test, or `createScope()` outside a test. */
export interface Scope {
  after(fn: () => void | Promise<void>): void
}

/** A scope for programs that are no tests: `close()` runs the clean-ups, the latest first, each once, however often it is called. */
export function createScope(): Scope & { readonly close: () => Promise<void> } {
  const cleanUps: (() => void | Promise<void>)[] = []
  let closed: Promise<void> | undefined
  const close = async () => {
    for (let next = cleanUps.pop(); next !== undefined; next = cleanUps.pop()) {
      try {
        await next()
      } catch {
        // One clean-up that fails must not keep the others from running.
      }
    }
  }
  return {
    after: (fn) => void cleanUps.push(fn),
    close: () => (closed ??= close()),
  }
}
