import { UserError } from '../../errors.ts'
import { canonicalAddress } from '../../proxy/ip-address.ts'
import { systemAddresses, type Via } from './way.ts'

/** Reads `PROXY[:port]`, or `http://PROXY[:port]` for one that is asked as an HTTP proxy. Rejects with a UserError. */
export async function readVia(text: string): Promise<Via> {
  const [, scheme, rest = ''] = /^(?:([a-z]+):\/\/)?(.*?)\/?$/i.exec(text) ?? []
  if (scheme !== undefined && scheme.toLowerCase() !== 'http')
    throw wrong(text, `the way to acr-proxy has no TLS of its own: give http://${rest}`)
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]/@]+))(?::(\d{1,5}))?$/.exec(rest) ?? []
  const host = bracketed ?? plain ?? rest
  const number = port === undefined ? undefined : Number(port)
  if (host === '' || number === 0 || (number ?? 0) > 65_535) throw wrong(text, HINT)
  return { addresses: await addressesOf(host, text), port: number, tunnel: scheme !== undefined }
}

const HINT = 'give the address or name at which clients reach the proxy: --via 203.0.113.7'

async function addressesOf(host: string, text: string): Promise<readonly string[]> {
  const address = canonicalAddress(host)
  if (address !== undefined) return [address]
  if (!/^[\w.-]+$/.test(host)) throw wrong(text, HINT)
  return systemAddresses(host).catch((error: unknown) => {
    throw new UserError(`--via: the system finds no address for ${host}`, { hint: HINT, cause: error })
  })
}

function wrong(text: string, hint: string): UserError {
  return new UserError(`--via: expected PROXY[:port] or http://PROXY[:port], got "${text}"`, { hint, exitCode: 2 })
}
