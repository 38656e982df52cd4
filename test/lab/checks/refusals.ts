import assert from 'node:assert/strict'
import { CLOUD, ECS_PUBLIC, STRANGER } from '../addresses.ts'
import type { Lab } from '../build.ts'
import { packetsOn } from '../links.ts'
import { ELSEWHERE, LOOPING, NAMES } from '../names.ts'
import { VPC_LINK } from '../network.ts'
import { attempt, run } from '../run.ts'
import { ask } from './ask.ts'
import type { Check } from './check.ts'

/** Must come before anything has used the VPC's link: afterwards kept connections may send packets of their own. */
export const noPacketForAnotherRegion: Check = {
  name: 'a name of another region is refused, and no packet goes to the cloud',
  run: async (lab) => {
    const packets = () => packetsOn(lab.site.ecs, VPC_LINK)
    const before = await packets()
    const tls = await ask(lab, `https://${ELSEWHERE}/v2/`)
    assert.match(tls.error, /unrecognized name/)
    const plain = await ask(lab, `http://${ELSEWHERE}/v2/`)
    assert.equal(plain.status, 403, plain.text + plain.error)
    const after = await packets()
    assert.equal(after - before, 0, 'packets on the link into the VPC')
    assert.equal((await ask(lab, `https://${NAMES.registry}/v2/`)).status, 401)
    const used = (await packets()) - after
    assert.ok(used > 0, 'the link is the one that an admitted name uses')
    return `TLS alert unrecognized_name, HTTP 403, 0 packets; an admitted name took ${used}`
  },
}

export const refusals: readonly Check[] = [
  {
    name: 'the client itself has no way to any address of the cloud',
    run: async ({ site }) => {
      for (const address of CLOUD) {
        const { code, stderr } = await attempt(site.client, ['ip', 'route', 'get', address])
        assert.notEqual(code, 0, address)
        assert.match(stderr, /unreachable/)
      }
      return `${CLOUD.length} addresses, no route to any`
    },
  },
  {
    name: 'a client whose address is not on the list is not served',
    run: async (lab) => {
      const mark = lab.proxy.mark()
      const url = `https://${NAMES.registry}/v2/`
      const { status, error } = await ask(lab, url, ['--interface', STRANGER])
      assert.equal(status, 0)
      assert.equal((await refused(lab, mark)).reason, 'client-not-allowed')
      assert.equal((await ask(lab, url)).status, 401, 'the same request from an address on the list')
      return `from ${STRANGER}: ${error}`
    },
  },
  {
    name: 'the hosts file of the ECS, which points the names back at the proxy, is not followed',
    run: async (lab) => {
      const hosts = await run(lab.site.ecs, ['getent', 'ahostsv4', NAMES.registry])
      assert.ok(hosts.startsWith(ECS_PUBLIC), hosts)
      const mark = lab.proxy.mark()
      assert.equal((await ask(lab, `https://${NAMES.registry}/v2/`)).status, 401)
      const line = await lab.proxy.logged(mark, ({ msg }) => msg === 'connection', 'the connection is logged')
      const upstream = String(line['upstream'])
      assert.match(upstream, /^100\./)
      return `the file says ${ECS_PUBLIC}, dialled was ${upstream}`
    },
  },
  {
    name: 'a DNS record that points a name at the proxy is refused as a loop',
    run: async (lab) => {
      const mark = lab.proxy.mark()
      const { status, text } = await ask(lab, `http://${LOOPING}/v2/`)
      assert.equal(status, 508, text)
      const { reason, why } = await refused(lab, mark)
      assert.equal(reason, 'loop')
      return why
    },
  },
]

async function refused({ proxy }: Lab, mark: number): Promise<{ reason: string; why: string }> {
  const line = await proxy.logged(mark, ({ msg }) => msg === 'refused', 'the refusal is logged')
  return { reason: String(line['reason']), why: String(line['why']) }
}
