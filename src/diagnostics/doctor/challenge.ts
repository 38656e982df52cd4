/** Where a registry's 401 says that tokens come from. */
export interface Challenge {
  readonly realm: URL
  readonly service: string
}

/** Reads a Bearer challenge, loosely, since fields come and go; undefined where there is none with a realm that is a URL. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const bearer = /(?:^|,\s*)Bearer\s+(.*)$/i.exec(header ?? '')?.[1]
  const field = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(bearer ?? '')?.[1]
  const realm = field('realm')
  if (realm === undefined || !URL.canParse(realm)) return undefined
  return { realm: new URL(realm), service: field('service') ?? '' }
}
