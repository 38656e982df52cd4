import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY = 24 * 60 * 60 * 1000

/** A certificate authority that lives as long as its region. */
export interface Authority {
  /** The root certificate as PEM. */
  readonly pem: string
  /** The same in a file: for `curl --cacert` and NODE_EXTRA_CA_CERTS. */
  readonly path: string
  /** A server certificate for `names` (wildcards allowed) and its key, both PEM. */
  issue(names: readonly string[]): Promise<{ readonly cert: string; readonly key: string }>
}

/** Makes a root key and certificate, and writes the certificate to `directory`/ca.pem. */
export async function createAuthority(directory: string): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: 'CN=Miniature ACR region CA',
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const pem = root.toString('pem')
  const path = join(directory, 'ca.pem')
  await writeFile(path, pem)
  return { pem, path, issue: (names) => issue(root, keys.privateKey, names) }
}

async function issue(root: x509.X509Certificate, signingKey: webcrypto.CryptoKey, names: readonly string[]) {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const leaf = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: `CN=${names[0] ?? 'unnamed'}`,
    issuer: root.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
      await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
    ],
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
  return { cert: leaf.toString('pem'), key }
}

/** A serial number, and a validity that starts a day early for machines whose clock runs behind. */
function validity() {
  const now = Date.now()
  // A first byte below 0x80 keeps the DER integer positive.
  const serialNumber = `01${randomBytes(15).toString('hex')}`
  return { serialNumber, notBefore: new Date(now - DAY), notAfter: new Date(now + 7 * DAY) }
}
