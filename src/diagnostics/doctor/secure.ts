import type { Socket } from 'node:net'
import tls from 'node:tls'
import { codeOf } from '../../errors.ts'
import { withDeadline } from './deadline.ts'

/** How long a handshake may take (ms); through a proxy it holds the proxy's resolving and dialling. */
const LIMIT_MS = 20_000

/** A certificate that does not prove the host that was asked for. */
export class CertificateProblem extends Error {
  override readonly name = 'CertificateProblem'
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** The handshake as a client makes it, with `host` in SNI. Rejects with a CertificateProblem for a certificate that is not good for it. */
export async function secure(socket: Socket, host: string, signal: AbortSignal): Promise<tls.TLSSocket> {
  const secured = tls.connect({ socket, servername: host, ALPNProtocols: ['http/1.1'], rejectUnauthorized: false })
  // Beyond the handshake, what happens on it shows in the request.
  secured.on('error', () => {})
  try {
    await withDeadline(signal, LIMIT_MS, 'no TLS handshake', () => handshake(secured))
    if (!secured.authorized) throw problemOf(secured, host)
    return secured
  } catch (error) {
    secured.destroy()
    socket.destroy()
    throw error
  }
}

function handshake(secured: tls.TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    secured.once('secureConnect', resolve)
    secured.once('error', reject)
    secured.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
  })
}

/** Node tells one thing that is wrong; a certificate that somebody on the way has made up may be wrong in its name, too. */
function problemOf(socket: tls.TLSSocket, host: string): CertificateProblem {
  const certificate = socket.getPeerCertificate()
  // Declared as an Error, and a code in fact (node#9272).
  const found: unknown = socket.authorizationError
  const code = typeof found === 'string' ? found : codeOf(found)
  const foreign = tls.checkServerIdentity(host, certificate) !== undefined
  const forWhom = foreign ? `it is for ${namesOf(certificate)}` : undefined
  const what = [PROBLEMS[code] ?? code, forWhom].filter((part) => part !== undefined).join(', and ')
  return new CertificateProblem(`the certificate, issued by ${issuerOf(certificate)}, is not good: ${what}`, code)
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is not for this name',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  SELF_SIGNED_CERT_IN_CHAIN: 'its root is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it has signed itself',
  UNABLE_TO_GET_ISSUER_CERT: 'its issuer is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not known',
}

/** In one line: what a good connection shows. */
export function describeSecured(socket: tls.TLSSocket): string {
  const certificate = socket.getPeerCertificate()
  const until = new Date(certificate.valid_to).toISOString().slice(0, 10)
  return `${socket.getProtocol() ?? 'TLS'}, certificate of ${issuerOf(certificate)}, valid until ${until}`
}

function issuerOf({ issuer }: tls.PeerCertificate): string {
  const parts = [issuer?.CN, issuer?.O].flatMap((part: unknown) => (typeof part === 'string' ? [part] : []))
  return parts.length === 0 ? 'nobody it names' : [...new Set(parts)].join(', ')
}

function namesOf({ subject, subjectaltname }: tls.PeerCertificate): string {
  const names = (subjectaltname ?? '').split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
  const [first = String(subject?.CN ?? 'no name'), ...others] = names
  return others.length === 0 ? first : `${first} and ${others.length} more`
}
