import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthority } from '../region/ca.ts'
import type { Authority } from '../region/ca.ts'
import type { Place } from './enter.ts'
import { overrides } from './names.ts'
import { createNetwork, namespaceOf } from './network.ts'

/** Where a run takes place: its directory, its machines, its certificate authority. */
export interface Site {
  /** `acrlab-` and the id of the process. */
  readonly run: string
  readonly directory: string
  /** Logs of all services, NAME.log. */
  readonly logs: string
  /** The machines; the client's and the ECS's hosts files point the names at the proxy. */
  readonly client: Place
  readonly ecs: Place
  readonly cloud: Place
  /** The client with a hosts file that says nothing. */
  readonly plainClient: Place
  readonly ca: Authority
  readonly user: { readonly name: string; readonly password: string }
}

/** Makes the directory, the namespaces with their links, and the authority. The directory must not be there yet. */
export async function createSite(run: string, directory: string): Promise<Site> {
  await mkdir(directory, { mode: 0o700 })
  const logs = join(directory, 'logs')
  await mkdir(logs)
  const overriding = join(directory, 'hosts-overriding')
  const plain = join(directory, 'hosts-plain')
  await writeFile(overriding, overrides())
  await writeFile(plain, '127.0.0.1 localhost\n')
  await createNetwork(run, directory)
  return {
    run,
    directory,
    logs,
    client: { namespace: namespaceOf(run, 'client'), hosts: overriding },
    ecs: { namespace: namespaceOf(run, 'ecs'), hosts: overriding },
    cloud: { namespace: namespaceOf(run, 'cloud'), hosts: plain },
    plainClient: { namespace: namespaceOf(run, 'client'), hosts: plain },
    ca: await createAuthority(directory),
    user: { name: 'cr_user@acme', password: randomBytes(9).toString('base64url') },
  }
}
