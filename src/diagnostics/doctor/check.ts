/** What became of a check. A warning is worth a look and fails nothing; `skipped` says why it was not made. */
export type Outcome = 'ok' | 'warning' | 'failed' | 'skipped'

/** The groups, in their order. */
export type Group = 'local' | 'dns' | 'names' | 'connect' | 'tls' | 'registry' | 'token' | 'oss' | 'image' | 'chart'

export interface Finding {
  readonly outcome: Outcome
  readonly seen: string
  /** What to do, where there is something to do. */
  readonly hint: string | undefined
}

/** What a check is about. */
export interface About {
  readonly group: Group
  readonly subject: string
  readonly region?: string | undefined
}

/** A check that was made. */
export interface Check extends About, Finding {
  readonly ms: number
}

/** A finding, and what later checks go on with. */
export interface Found<T> extends Finding {
  readonly value?: T | undefined
}

export function ok(seen: string): Finding
export function ok<T>(seen: string, value: T): Found<T>
export function ok<T>(seen: string, value?: T): Found<T> {
  return { outcome: 'ok', seen, hint: undefined, value }
}

export function warning(seen: string, hint: string): Finding
export function warning<T>(seen: string, hint: string, value: T): Found<T>
export function warning<T>(seen: string, hint: string, value?: T): Found<T> {
  return { outcome: 'warning', seen, hint, value }
}

export function failed(seen: string, hint: string | undefined): Finding {
  return { outcome: 'failed', seen, hint }
}

export function skipped(why: string): Finding {
  return { outcome: 'skipped', seen: why, hint: undefined }
}
