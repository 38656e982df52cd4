/** The value if it comes within `ms`; otherwise what `late` returns or throws. A late value, or its rejection, is ignored. */
export async function within<T, L>(value: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  const LATE = Symbol('late')
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<typeof LATE>((resolve) => (timer = setTimeout(resolve, ms, LATE)))
  try {
    const first = await Promise.race([value, limit])
    return first === LATE ? late() : first
  } finally {
    clearTimeout(timer)
  }
}
