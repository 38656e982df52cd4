/** A host and port as a client would ask for them; the host is raw, as the proxy would read it. */
export interface AskedFor {
  readonly host: string
  readonly port: number
}

/** Reads a host name, `host:port`, a URL or the name of an image (`host/namespace/repository:tag`). Without a scheme: 443. */
export function parseTarget(text: string): AskedFor {
  const [, scheme, rest = text] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? []
  const authority = (/^[^/?#]*/.exec(rest)?.[0] ?? '').replace(/^.*@/, '')
  const [, host = authority, port] = /^(\[.*\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? []
  return { host, port: port === undefined ? (scheme?.toLowerCase() === 'http' ? 80 : 443) : Number(port) }
}
