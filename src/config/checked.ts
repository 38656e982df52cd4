/** What a check of one value says: the precise value, or why not in a phrase that reads well after `key: `. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }

export function valid<T>(value: T): Checked<T> {
  return { ok: true, value }
}

export function invalid(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why }
}
