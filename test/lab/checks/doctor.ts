import assert from 'node:assert/strict'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ECS_PUBLIC } from '../addresses.ts'
import { imageAt } from '../build.ts'
import type { Lab } from '../build.ts'
import type { Place } from '../enter.ts'
import { DEFAULT } from '../instances.ts'
import { REGION } from '../names.ts'
import { attempt } from '../run.ts'
import type { Check } from './check.ts'

const MAIN = fileURLToPath(new URL('../../../src/main.js', import.meta.url))

/** The doctor finds nothing that fails, wherever it is asked: and pulls what docker has pushed. */
export const doctor: readonly Check[] = [
  {
    name: 'acr-proxy doctor on the ECS',
    run: (lab) => examine(lab, lab.site.ecs, ['--config', join(lab.site.directory, 'acr-proxy.yaml')]),
  },
  {
    name: 'acr-proxy doctor --client, on the client whose hosts file names the proxy',
    run: (lab) => examine(lab, lab.site.client, ['--region', REGION, '--client']),
  },
  {
    name: 'acr-proxy doctor --via, on a client that has no name of the proxy',
    run: (lab) => examine(lab, lab.site.plainClient, ['--region', REGION, '--via', ECS_PUBLIC]),
  },
  {
    name: 'acr-proxy doctor --via http://, as with HTTP_PROXY and HTTPS_PROXY',
    run: (lab) => examine(lab, lab.site.plainClient, ['--region', REGION, '--via', `http://${ECS_PUBLIC}:80`]),
  },
]

async function examine({ site }: Lab, place: Place, args: readonly string[]): Promise<string> {
  const user = ['--username', site.user.name, '--password-stdin', '--image', imageAt(DEFAULT.host)]
  const env = { NODE_EXTRA_CA_CERTS: site.ca.path, DOCKER_CONFIG: site.directory }
  const command = [process.execPath, MAIN, 'doctor', ...args, ...user]
  const { code, stdout, stderr } = await attempt(place, command, { env, input: site.user.password })
  assert.equal(code, 0, `${stdout.replaceAll(/^(?:ok|skipped).*\n.*\n/gm, '')}${stderr}`)
  return stdout.trimEnd().split('\n').at(-1) ?? ''
}
