/** A host as written in a request, `[...]` kept around an IPv6 literal, and its port where one is given. */
export interface Authority {
  readonly host: string
  readonly port: number | undefined
}

// One colon at most outside brackets. What is before it is judged by the host name check, not here.
const AUTHORITY = /^(\[[^[\]]*\]|[^:[\]]*)(?::([1-9][0-9]{0,4}))?$/

/** Splits `host[:port]`; undefined where it has userinfo, a second colon, an empty host or a port outside 1-65535. */
export function parseAuthority(text: string): Authority | undefined {
  const match = AUTHORITY.exec(text)
  const host = match?.[1]
  if (host === undefined || host === '' || host.includes('@')) return undefined
  const port = match?.[2] === undefined ? undefined : Number(match[2])
  return port !== undefined && port > 65535 ? undefined : { host, port }
}
