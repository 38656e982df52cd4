/**
 * Runs something that is given up when `signal` is aborted, or after `ms`: then this rejects with the signal's reason, or with an
 * ETIMEDOUT that says `late`. (AbortSignal.any of AbortSignal.timeout may never fire under Node 20: it is collected as garbage.)
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  ms: number,
  late: string,
  run: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = new AbortController()
  const follow = (): void => limited.abort(signal.reason)
  const timedOut = Object.assign(new Error(`${late} in ${ms / 1000} s`), { code: 'ETIMEDOUT' })
  const timer = setTimeout(() => limited.abort(timedOut), ms)
  signal.addEventListener('abort', follow, { once: true })
  try {
    signal.throwIfAborted()
    const over = new Promise<never>((_resolve, reject) => {
      limited.signal.addEventListener('abort', () => reject(limited.signal.reason), { once: true })
    })
    return await Promise.race([run(limited.signal), over])
  } catch (error) {
    // What was running says only that it was aborted.
    limited.signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', follow)
  }
}
