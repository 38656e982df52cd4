/** An image as a user writes it. */
export interface ImageReference {
  /** undefined: that of the first registry. */
  readonly host: string | undefined
  readonly repository: string
  /** A tag or a digest. */
  readonly reference: string
}

const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^sha256:[0-9a-f]{64}$/

/** Reads `[HOST/]NS/REPO[:TAG|@DIGEST]`, as docker does; undefined for anything else. */
export function parseImage(text: string): ImageReference | undefined {
  const [first = '', ...others] = text.split('/')
  const host = first.includes('.') ? first.toLowerCase() : undefined
  const rest = host === undefined ? text : others.join('/')
  const [, repository = '', tag, digest] = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(rest) ?? []
  if (!REPOSITORY.test(repository)) return undefined
  if (tag !== undefined && !TAG.test(tag)) return undefined
  if (digest !== undefined && !DIGEST.test(digest)) return undefined
  return { host, repository, reference: digest ?? tag ?? 'latest' }
}
