// @ts-check

/**
 * Remembers one choice in `storage`; where a browser forbids that, only as long as the page is open.
 *
 * @param {'localStorage' | 'sessionStorage'} storage
 * @param {string} name
 */
export function stored(storage, name) {
  const key = `acr-proxy.${name}`
  /** @type {string | undefined} */
  let kept
  try {
    kept = window[storage].getItem(key) ?? undefined
  } catch {
    kept = undefined
  }
  return {
    get: () => kept,
    /** @param {string | undefined} value */
    set(value) {
      kept = value
      try {
        if (value === undefined) window[storage].removeItem(key)
        else window[storage].setItem(key, value)
      } catch {
        // Kept for now.
      }
    },
  }
}
