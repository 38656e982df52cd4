import assert from 'node:assert/strict'
import { imageAt } from '../build.ts'

import type { Lab } from '../build.ts'
import { DEFAULT } from '../instances.ts'
import { attempt } from '../run.ts'
import type { Check } from './check.ts'
import { pullAnew } from './docker.ts'

/** The default instance needs both forms: CONNECT for the registry, the absolute form for the plain redirect to its bucket. */
export const httpProxy: Check = {
  name: 'docker pull with HTTP_PROXY and HTTPS_PROXY in place of the hosts file',
  run: async (lab) => {
    assert.notEqual((await attempt(lab.site.plainClient, ['getent', 'hosts', DEFAULT.host])).code, 0)
    const mark = lab.proxy.mark()
    const { seen } = await pullAnew(lab, lab.proxiedDocker, imageAt(DEFAULT.host))
    await Promise.all([logged(lab, mark, 'connect', DEFAULT.host), logged(lab, mark, 'forward', DEFAULT.bucket)])
    return `CONNECT ${DEFAULT.host}, GET http://${DEFAULT.bucket}/...; ${seen}`
  },
}

async function logged({ proxy }: Lab, mark: number, kind: string, host: string): Promise<void> {
  await proxy.logged(mark, (line) => line['kind'] === kind && line['host'] === host, `${kind} ${host} is logged`)
}
