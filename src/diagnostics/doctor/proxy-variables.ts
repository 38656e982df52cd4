import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Finding, ok, warning } from './check.ts'
import type { Mapped } from './hosts-file.ts'

/** What tells programs of an HTTP proxy, in one place. */
export interface ProxyVariables {
  /** The environment, or a file. */
  readonly place: string
  readonly http: string | undefined
  readonly https: string | undefined
  /** Hosts and suffixes that are exempt. */
  readonly exempt: readonly string[]
}

const DAEMON = z.object({
  proxies: z
    .object({ 'http-proxy': z.string(), 'https-proxy': z.string(), 'no-proxy': z.string() })
    .partial()
    .default({}),
})

/** The variables of this command's environment. */
export function fromEnvironment(env: Readonly<Record<string, string | undefined>>): ProxyVariables {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined
  return variables('the environment', read('HTTP_PROXY'), read('HTTPS_PROXY'), read('NO_PROXY'))
}

/** What dockerd is told in its daemon.json; nothing where it cannot be read. */
export function fromDaemon(path: string): ProxyVariables {
  try {
    const { proxies } = DAEMON.parse(JSON.parse(readFileSync(path, 'utf8')))
    return variables(path, proxies['http-proxy'], proxies['https-proxy'], proxies['no-proxy'])
  } catch {
    return variables(path, undefined, undefined, undefined)
  }
}

function variables(place: string, http?: string, https?: string, exempt = ''): ProxyVariables {
  const list = exempt.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim().toLowerCase()]))
  return { place, http, https, exempt: list }
}

/** On a client: whether it is told of an HTTP proxy as it should be, and not of two ways at once. */
export function variablesOfClient(
  { place, http, https, exempt }: ProxyVariables,
  mapped: Mapped,
  host: string,
): Finding {
  if (http === undefined && https === undefined) return ok(`no HTTP proxy is set in ${place}`)
  const seen = `${place} sets ${[http && `HTTP_PROXY ${sayUrl(http)}`, https && `HTTPS_PROXY ${sayUrl(https)}`].filter(Boolean).join(', ')}`
  const exemption = exempt.find((item) => exempts(item, host))
  if (exemption !== undefined)
    return ok(`${seen}, and NO_PROXY ${exemption} exempts ACR's names: what they lead to counts`)
  if (mapped.size > 0)
    return warning(
      `${seen}, while the hosts file leads ACR's names to ${[...new Set(mapped.values())].join(' and ')}`,
      'forward and reverse at once: programs that know the variables ask that proxy by name, and never look at the hosts file. Keep one: unset the variables (or exempt .aliyuncs.com in NO_PROXY), or take the lines out with `acr-proxy hosts --remove`',
    )
  if (http === undefined || https === undefined)
    return warning(
      `${seen}, and not ${http === undefined ? 'HTTP_PROXY' : 'HTTPS_PROXY'}`,
      http === undefined
        ? 'set both: layers of default instances come by http://, so login works and pulls fail'
        : 'set both: registry and authorization service are asked by https://',
    )
  if ([http, https].some((url) => /^https:/i.test(url)))
    return warning(seen, 'the way to acr-proxy has no TLS of its own: both must begin with http://')
  return ok(`${seen}; check that way with --via ${sayUrl(https)}`)
}

/** On the proxy's host, where they change nothing. */
export function variablesOfProxy({ place, http, https }: ProxyVariables): Finding {
  if (http === undefined && https === undefined) return ok(`no HTTP proxy is set in ${place}`)
  return ok(`${place} sets ${sayUrl(https ?? http ?? '')}, which acr-proxy does not use: it dials by itself`)
}

/** Without a user and password. */
function sayUrl(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?[^/@]*@/i, '$1')
}

function exempts(item: string, host: string): boolean {
  if (item === '*') return true
  const suffix = item.replace(/^\*?\./, '').replace(/:\d+$/, '')
  return host === suffix || host.endsWith(`.${suffix}`)
}
