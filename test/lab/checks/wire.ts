import assert from 'node:assert/strict'
import { join } from 'node:path'
import { CLOUD_VPC, ECS_PUBLIC } from '../addresses.ts'
import { imageAt } from '../build.ts'
import { startCapture } from '../capture.ts'
import { flowsOf } from '../flows.ts'
import type { Flow, Stream } from '../flows.ts'
import { IMAGE_SIZE } from '../image.ts'
import { EE } from '../instances.ts'
import { PUBLIC_LINK, VPC_LINK } from '../network.ts'
import { readSegments } from '../pcap.ts'
import { poll } from '../poll.ts'
import { digestOfCopy, skopeoCopy } from '../skopeo.ts'
import { peersOf } from '../sockets.ts'
import type { Check } from './check.ts'

/** So many bytes of a ClientHello hold its random number, and so tell the connection from all others. */
const OPENING = 64
/** Whoever is gone cannot be told goodbye: at most so many last bytes, of TLS's close_notify and HTTP/2's GOAWAY, may get lost. */
const GOODBYE = 80

/** A pull from the Enterprise instance is TLS all the way, so every byte of it can be compared. */
export const wire: Check = {
  name: 'both links of the ECS carry the same bytes, TLS from end to end',
  run: async (lab) => {
    const { site, scope } = lab
    const [outside, inside] = await Promise.all([
      startCapture(scope, site, PUBLIC_LINK, { from: site.client, to: ECS_PUBLIC }),
      startCapture(scope, site, VPC_LINK, { from: site.ecs, to: CLOUD_VPC }),
    ])
    const directory = join(site.directory, 'captured')
    await skopeoCopy(lab, `docker://${imageAt(EE.host)}`, `dir:${directory}`)
    assert.equal(await digestOfCopy(directory), lab.pushed.get(imageAt(EE.host)))
    // The last bytes are still on their way when skopeo has ended.
    const clients = flowsOf(readSegments(await outside.soFar())).map(({ client }) => client)
    await poll(async () => {
      const open = await peersOf(site.ecs)
      return clients.some((client) => open.has(client)) ? undefined : true
    }, 'the connections are closed')
    const outer = flowsOf(readSegments(await outside.stop()))
    const inner = flowsOf(readSegments(await inside.stop()))
    assert.ok(outer.length > 0, 'connections were captured')
    const bytes = outer.map((flow) => compare(flow, inner)).reduce((sum, compared) => sum + compared, 0)
    assert.equal(inner.length, outer.length)
    assert.ok(bytes > IMAGE_SIZE, `${bytes} bytes were compared`)
    return `${outer.length} connections, ${bytes} bytes, the same in both directions`
  },
}

/** Finds the connection that this one went on as, and compares what was sent with what came out; gives the number of bytes. */
function compare({ client, up, down }: Flow, inner: readonly Flow[]): number {
  const same = inner.filter((flow) => flow.up.digest(OPENING) === up.digest(OPENING))
  const [onward] = same
  assert.ok(onward !== undefined && same.length === 1, `${client} went on as one connection`)
  return compareStreams(up, onward.up, `what ${client} sent`) + compareStreams(onward.down, down, `what ${client} got`)
}

function compareStreams(sent: Stream, delivered: Stream, label: string): number {
  assert.equal(delivered.digest(delivered.bytes), sent.digest(delivered.bytes), label)
  assert.ok(delivered.bytes >= sent.bytes - GOODBYE, `${label}: ${delivered.bytes} of ${sent.bytes} bytes`)
  return delivered.bytes
}
