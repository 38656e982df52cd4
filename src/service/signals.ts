/** Resolves at the first SIGTERM or SIGINT; the signal it holds aborts at the second, which means: at once. */
export function stopSignal(): Promise<AbortSignal> {
  return new Promise((resolve) => {
    const hurry = new AbortController()
    let asked = false
    const stop = (): void => {
      if (asked) hurry.abort()
      asked = true
      resolve(hurry.signal)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}
