import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Scope } from '../scope.ts'
import { NAME_SERVERS, OSS } from './addresses.ts'
import type { BackendOptions } from './backend.ts'
import { startDockerRegistry } from './docker-registry.ts'
import { frontConfig } from './front-config.ts'
import { AUTH_ADDRESS, AUTH_PORT, INSTANCES } from './instances.ts'
import { bucketOf, NAMES } from './names.ts'
import { startNameServer } from './name-server.ts'
import { startNginx } from './nginx.ts'
import type { Certificate } from './nginx.ts'
import { ossConfig } from './oss-config.ts'
import { startService } from './service.ts'
import type { Service } from './service.ts'
import type { Site } from './site.ts'

/** OSS at one of its addresses. */
export interface OssSite {
  readonly address: string
  readonly service: Service
}

/** Starts name servers, the token service, both registries and OSS; resolves with OSS, which checks take away. */
export async function startCloud(t: Scope, site: Site): Promise<readonly OssSite[]> {
  const secret = randomBytes(18).toString('base64url')
  const certificate = await writeCertificate(site)
  const root = (bucket: string) => join(site.directory, 'buckets', bucketOf(bucket))

  await Promise.all([
    startBackend(t, site, secret),
    ...NAME_SERVERS.map((address) => startNameServer(t, site, address)),
    ...INSTANCES.map((instance) => startDockerRegistry(t, site, instance, root(instance.bucket))),
  ])
  const auth = { address: AUTH_ADDRESS, names: INSTANCES.map(({ authHost }) => authHost), port: AUTH_PORT }
  const fronts = [auth, ...INSTANCES.map(({ host, ...instance }) => ({ ...instance, names: [host] }))]
  await startNginx(t, site, 'front', fronts.map((front) => frontConfig(front, certificate)).join('\n'))

  const buckets = Object.fromEntries(INSTANCES.map(({ bucket }) => [bucket, root(bucket)]))
  return Promise.all(
    OSS.map(async (address) => {
      const config = ossConfig({ address, endpoint: NAMES.oss, buckets, certificate, secret })
      return { address, service: await startNginx(t, site, `oss-${address}`, config) }
    }),
  )
}

/** One certificate for all of the cloud: its services are told apart by address and Host as well. */
async function writeCertificate({ ca, directory }: Site): Promise<Certificate> {
  const hosts = INSTANCES.flatMap(({ host, authHost }) => [host, authHost])
  const { cert, key } = await ca.issue([...hosts, NAMES.oss, `*.${NAMES.oss}`])
  const paths = { cert: join(directory, 'server.pem'), key: join(directory, 'server.key') }
  await writeFile(paths.cert, cert)
  await writeFile(paths.key, key)
  return paths
}

async function startBackend(t: Scope, { directory, logs, cloud, ca, user }: Site, secret: string): Promise<void> {
  const options: BackendOptions = { user, identity: await ca.issue(['tokens.lab']), secret }
  const path = join(directory, 'backend.json')
  await writeFile(path, JSON.stringify(options))
  const program = fileURLToPath(new URL('backend.js', import.meta.url))
  const command = [process.execPath, program, path]
  await startService(t, { name: 'backend', logs, place: cloud, command, ready: /^ready$/ })
}
