import assert from 'node:assert/strict'
import { join } from 'node:path'
import { CLOUD_VPC, ECS_PUBLIC } from '../addresses.ts'
import { imageAt } from '../build.ts'
import { startCapture } from '../capture.ts'
import { flowsOf } from '../flows.ts'
import type { Flow } from '../flows.ts'
import { IMAGE_SIZE } from '../image.ts'
import { EE } from '../instances.ts'
import { PUBLIC_LINK, VPC_LINK } from '../network.ts'
import { readSegments } from '../pcap.ts'
import { digestOfCopy, skopeoCopy } from '../skopeo.ts'
import type { Check } from './check.ts'

/** A pull from the Enterprise instance is TLS all the way, so every byte of it can be compared. */
export const wire: Check = {
  name: 'both links of the ECS carry the same bytes, TLS from end to end',
  run: async (lab) => {
    const { site, scope } = lab
    const captures = await Promise.all([
      startCapture(scope, site, PUBLIC_LINK, { from: site.client, to: ECS_PUBLIC }),
      startCapture(scope, site, VPC_LINK, { from: site.ecs, to: CLOUD_VPC }),
    ])
    const directory = join(site.directory, 'captured')
    await skopeoCopy(lab, `docker://${imageAt(EE.host)}`, `dir:${directory}`)
    assert.equal(await digestOfCopy(directory), lab.pushed.get(imageAt(EE.host)))
    const [outer = [], inner = []] = await Promise.all(
      captures.map(async ({ stop }) => flowsOf(readSegments(await stop()))),
    )
    assert.ok(outer.length > 0, 'connections were captured')
    for (const flow of outer) compare(flow, inner)
    assert.equal(inner.length, outer.length)
    const bytes = outer.reduce((sum, { up, down }) => sum + up.bytes + down.bytes, 0)
    assert.ok(bytes > IMAGE_SIZE, `${bytes} bytes were compared`)
    return `${outer.length} connections, ${bytes} bytes, equal in both directions`
  },
}

function compare({ client, up, down }: Flow, inner: readonly Flow[]): void {
  const same = inner.filter((flow) => flow.up.opening === up.opening)
  assert.equal(same.length, 1, `${client} went on as one connection`)
  assert.deepEqual(same[0]?.up, up, `what ${client} sent`)
  assert.deepEqual(same[0]?.down, down, `what ${client} was sent`)
}
