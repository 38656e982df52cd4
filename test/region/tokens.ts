import { generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { randomUUID } from 'node:crypto'

const ISSUER = 'dockerauth.aliyuncs.com'
/** Seconds a token is good for. */
const LIFETIME = 900

/** One entry of a token's `access` claim. */
export interface Access {
  readonly type: string
  readonly name: string
  readonly actions: readonly string[]
}

/** The one key of the region: the authorization service signs with it, the registries check with it. */
export interface Tokens {
  issue(claims: { subject: string; service: string; access: readonly Access[] }): Promise<string>
  /** The access a token grants at `service`; undefined for a token that is forged, expired or meant for another one. */
  check(token: string, service: string): Promise<readonly Access[] | undefined>
}

/** Makes an RS256 key pair and what signs and checks with it. */
export async function createTokens(): Promise<Tokens> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return {
    issue: ({ subject, service, access }) =>
      new SignJWT({ access })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(ISSUER)
        .setSubject(subject)
        .setAudience(service)
        .setIssuedAt()
        .setNotBefore('-300s')
        .setExpirationTime(`${LIFETIME}s`)
        .setJti(randomUUID())
        .sign(privateKey),
    check: async (token, service) => {
      try {
        const { payload } = await jwtVerify<{ access: readonly Access[] }>(token, publicKey, {
          issuer: ISSUER,
          audience: service,
          algorithms: ['RS256'],
        })
        return payload.access
      } catch {
        return undefined
      }
    },
  }
}

/** The access a `scope` parameter asks for: `repository:ns/name:pull,push`, several parted by spaces. */
export function parseScopes(scopes: readonly string[]): Access[] {
  return scopes
    .flatMap((scope) => scope.split(' '))
    .flatMap((scope) => {
      const [, type, name, actions] = /^([a-z]+):(.+):([a-z*,]+)$/.exec(scope) ?? []
      if (type === undefined || name === undefined || actions === undefined) return []
      return [{ type, name, actions: actions.split(',') }]
    })
}
