import { isIPv6 } from 'node:net'
import { z } from 'zod'
import { type Checked, invalid, valid } from './checked.ts'
import { type Endpoint, parseEndpoint } from './endpoint.ts'
import { checkHost } from './names.ts'
import { checkedText, complain, oneOrMany, port, settle, textOrSection } from './shapes.ts'
import { checkAddress, checkCidr } from './values.ts'

const LISTEN_FORMS = ':port, address:port or [IPv6 address]:port'

export const cidr = checkedText(checkCidr)
export const address = checkedText(checkAddress)

/** Where to listen: text, or a section when a PROXY header comes first. No address means all, IPv6 and IPv4. */
export const listen = textOrSection(
  {
    address: checkedText(listenEndpoint),
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

/** A DNS server, port 53 unless said. */
export const server = checkedText(serverEndpoint)

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
  expandRoute,
).transform((route, context) => {
  if (route.source !== undefined && isIPv6(route.source) !== route.cidr.includes(':')) {
    complain(context, ['source'], 'must be of the same family as cidr, both IPv4 or both IPv6')
  }
  return route
})

/** Fixed addresses by host name; two spellings of one name are refused. */
export const hosts = z
  .record(hostName(), oneOrMany(checkedText(fixedEndpoint), { min: 1 }))
  .transform((given, context) => {
    const found: Record<string, readonly { readonly address: string; readonly port: number | undefined }[]> = {}
    for (const [raw, endpoints] of Object.entries(given)) {
      const host = settle(checkHost(raw), context)
      if (Object.hasOwn(found, host)) complain(context, [raw], 'is there twice')
      else found[host] = endpoints
    }
    return found
  })

/** A key is only checked here: made a precise value here, the second spelling of a name would vanish unseen. */
function hostName() {
  return z.string().superRefine((text, context) => {
    settle(checkHost(text), context)
  })
}

function listenEndpoint(text: string): Checked<{ readonly address: string | undefined; readonly port: number }> {
  const endpoint = /:\d+$/.test(text) || text.includes(']') ? parseEndpoint(text) : invalid(`expected ${LISTEN_FORMS}`)
  if (!endpoint.ok) return endpoint
  const { address, port } = endpoint.value
  return port === undefined ? invalid(`expected ${LISTEN_FORMS}`) : valid({ address, port })
}

function serverEndpoint(text: string): Checked<{ readonly address: string; readonly port: number }> {
  const endpoint = fixedEndpoint(text)
  return endpoint.ok ? valid({ address: endpoint.value.address, port: endpoint.value.port ?? 53 }) : endpoint
}

function fixedEndpoint(text: string): Checked<Endpoint & { readonly address: string }> {
  const endpoint = parseEndpoint(text)
  if (!endpoint.ok) return endpoint
  const { address, port } = endpoint.value
  if (address === undefined) return invalid('expected an address before the port')
  return port === 0 ? invalid('the port must be at least 1') : valid({ address, port })
}

function expandRoute(text: string): unknown {
  const at = text.indexOf('=')
  return at < 0 ? { cidr: text } : { cidr: text.slice(0, at), source: text.slice(at + 1) }
}

function isSet(entry: readonly [string, number | undefined]): entry is [string, number] {
  return entry[1] !== undefined
}
