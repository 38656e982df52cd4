import { importPKCS8, SignJWT } from 'jose'
import { X509Certificate } from 'node:crypto'
import type { Tokens } from '../region/tokens.ts'

/** What docker-registry is told to take tokens from. */
export const ISSUER = 'dockerauth.aliyuncs.com'

/** Seconds a token is good for. */
const LIFETIME = 900

export interface Identity {
  readonly cert: string
  readonly key: string
}

/** Issues tokens that carry their certificate (RFC 7515, section 4.1.6): docker-registry trusts the authority behind it. */
export async function createIssuer({ cert, key }: Identity): Promise<Pick<Tokens, 'issue'>> {
  const signingKey = await importPKCS8(key, 'ES256')
  const x5c = [new X509Certificate(cert).raw.toString('base64')]
  return {
    issue: ({ subject, service, access }) =>
      new SignJWT({ access })
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', x5c })
        .setIssuer(ISSUER)
        .setSubject(subject)
        .setAudience(service)
        .setIssuedAt()
        .setNotBefore('-300s')
        .setExpirationTime(`${LIFETIME}s`)
        .sign(signingKey),
  }
}
