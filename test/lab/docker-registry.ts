import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Scope } from '../scope.ts'
import type { Instance } from './instances.ts'
import { startService } from './service.ts'
import type { Site } from './site.ts'
import { ISSUER } from './tokens.ts'

/** Debian's docker-registry as one instance: tokens asked for, files kept in the directory of its bucket. */
export async function startDockerRegistry(
  t: Scope,
  { directory, logs, cloud, ca }: Site,
  { name, port, authHost, service }: Instance,
  root: string,
): Promise<void> {
  await mkdir(root, { recursive: true })
  const path = join(directory, `registry-${name}.yml`)
  const config = {
    version: 0.1,
    log: { accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: root } },
    http: { addr: `127.0.0.1:${port}`, secret: randomBytes(18).toString('base64url') },
    auth: { token: { realm: `https://${authHost}/auth`, service, issuer: ISSUER, rootcertbundle: ca.path } },
  }
  await writeFile(path, stringify(config))
  await startService(t, {
    name: `registry-${name}`,
    logs,
    place: cloud,
    command: ['docker-registry', 'serve', path],
    ready: /listening on/,
    env: { OTEL_TRACES_EXPORTER: 'none' },
  })
}
