import { z } from 'zod'
import type { Place } from '../listening.ts'
import { checkAddress, checkCidr, checkDuration, checkEndpoint, checkHost } from './values.ts'
import { type Checked, type Endpoint, invalid, valid } from './values.ts'

const LISTEN_FORMS = ':port, address:port or [IPv6 address]:port'

/** A TCP port that can be dialled. */
const port = z.number().int().min(1).max(65_535)

/** A cap on something counted. */
export const cap = z.number().int().min(1)

export const cidr = checkedText(checkCidr)
export const address = checkedText(checkAddress)

/** Where to listen: text, or a section when a PROXY header comes first. No address means all, IPv6 and IPv4. */
export const listen = textOrSection(
  {
    address: checkedText(checkListen),
    proxyProtocol: z.boolean().prefault(false),
    trusted: oneOrMany(cidr).prefault([]),
  },
  LISTEN_FORMS,
  (text) => ({ address: text }),
).transform((given, context) => {
  const { address, proxyProtocol, trusted } = given
  if (proxyProtocol && trusted.length === 0) {
    complain(context, ['proxyProtocol'], 'needs trusted: the networks whose header is believed')
  }
  if (!proxyProtocol && trusted.length > 0) {
    complain(context, ['trusted'], 'has a meaning only with proxyProtocol: true')
  }
  return { host: address.address, port: address.port, proxyProtocol, trusted }
})

/** Where the admin listener is; undefined when it is off. */
export const adminListen = checkedText(checkAdminListen)

/** A DNS server, port 53 unless said. */
export const server = checkedText(checkServer)

/** A route of the cidr resolver: 'cidr' or 'cidr=source' as text, or a section. */
export const route = textOrSection(
  {
    cidr,
    source: address.optional(),
    ports: z
      .strictObject({ 443: port.optional(), 80: port.optional() })
      .transform((ports): Record<number, number> => Object.fromEntries(Object.entries(ports).filter(isSet)))
      .prefault({}),
  },
  'a network, network=source or a section with cidr, source and ports',
  (text) => {
    const at = text.indexOf('=')
    return at < 0 ? { cidr: text } : { cidr: text.slice(0, at), source: text.slice(at + 1) }
  },
).transform((route, context) => {
  if (route.source !== undefined && route.source.includes(':') !== route.cidr.includes(':')) {
    complain(context, ['source'], 'must be of the same family as cidr, both IPv4 or both IPv6')
  }
  return route
})

/** Fixed addresses by host name; two spellings of one name are refused. */
export const hosts = z
  .record(hostName(), oneOrMany(checkedText(checkFixed), { min: 1 }))
  .transform((given, context) => {
    const found: Record<string, readonly { readonly address: string; readonly port: number | undefined }[]> = {}
    for (const [raw, endpoints] of Object.entries(given)) {
      const host = settle(checkHost(raw), context)
      if (Object.hasOwn(found, host)) complain(context, [raw], 'is there twice')
      else found[host] = endpoints
    }
    return found
  })

/** A duration in its human form, as milliseconds from `min` up; `fallback` is the default. */
export function duration(fallback: string, { min = 1 }: { readonly min?: number } = {}) {
  return z
    .union([z.string(), z.number()], { error: 'expected a duration such as 10s, 500ms, 10m or 1h' })
    .transform((value, context): number => {
      const milliseconds = settle(checkDuration(value), context)
      if (milliseconds < min) context.addIssue({ code: 'custom', message: 'must be more than zero', input: value })
      return milliseconds
    })
    .prefault(fallback)
}

/** A text made a precise value by `check`, whose `why` becomes the issue. */
export function checkedText<T>(check: (text: string) => Checked<T>) {
  return z.string().transform((text, context): T => settle(check(text), context))
}

/** A list that may also be written as its only item; at least `min` items. */
export function oneOrMany<T extends z.ZodType>(item: T, { min = 0 }: { readonly min?: number } = {}) {
  const list = z.array(item).min(min, { error: 'needs at least one' }).meta({ oneOrMany: true })
  return z.preprocess(
    (value) => (value === undefined || value === null || Array.isArray(value) ? value : [value]),
    list,
  )
}

/** A section that may also be written as one text, which `expand` turns into keys; `expected` names the text's forms. */
function textOrSection<S extends z.ZodRawShape>(shape: S, expected: string, expand: (text: string) => unknown) {
  const section = z
    .strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? `expected ${expected}` : undefined) })
    .meta({ textOrSection: true })
  return z.preprocess((value) => (typeof value === 'string' ? expand(value) : value), section)
}

/** The value of a good check; otherwise its `why` as an issue of the parse in progress. */
function settle<T>(result: Checked<T>, context: z.RefinementCtx): T {
  if (result.ok) return result.value
  context.addIssue({ code: 'custom', message: result.why, params: { meant: result.meant } })
  return z.NEVER
}

/** An issue about how values go together, where to quote one of them would not help. */
function complain(context: z.RefinementCtx, path: readonly string[], message: string): void {
  context.addIssue({ code: 'custom', path: [...path], message, params: { aboutSeveral: true } })
}

/** A key is only checked here: made a precise value here, the second spelling of a name would vanish unseen. */
function hostName() {
  return z.string().superRefine((text, context) => {
    settle(checkHost(text), context)
  })
}

function checkListen(text: string): Checked<{ readonly address: string | undefined; readonly port: number }> {
  const endpoint = /:\d+$/.test(text) || text.includes(']') ? checkEndpoint(text) : invalid(`expected ${LISTEN_FORMS}`)
  if (!endpoint.ok) return endpoint
  const { address, port } = endpoint.value
  return port === undefined ? invalid(`expected ${LISTEN_FORMS}`) : valid({ address, port })
}

function checkAdminListen(text: string): Checked<Place | undefined> {
  if (text === 'off') return valid(undefined)
  const place = checkListen(text)
  if (!place.ok) return invalid(`${place.why}, or off`)
  return valid({ host: place.value.address, port: place.value.port })
}

function checkServer(text: string): Checked<{ readonly address: string; readonly port: number }> {
  const endpoint = checkFixed(text)
  return endpoint.ok ? valid({ address: endpoint.value.address, port: endpoint.value.port ?? 53 }) : endpoint
}

function checkFixed(text: string): Checked<Endpoint & { readonly address: string }> {
  const endpoint = checkEndpoint(text)
  if (!endpoint.ok) return endpoint
  const { address, port } = endpoint.value
  if (address === undefined) return invalid('expected an address before the port')
  return port === 0 ? invalid('the port must be at least 1') : valid({ address, port })
}

function isSet(entry: readonly [string, number | undefined]): entry is [string, number] {
  return entry[1] !== undefined
}
