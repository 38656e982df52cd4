import assert from 'node:assert/strict'
import { NAME_SERVERS } from '../addresses.ts'
import { imageAt } from '../build.ts'
import type { Lab } from '../build.ts'
import { DEFAULT } from '../instances.ts'
import { FRESH_BUCKET } from '../names.ts'
import { setCloudAddress } from '../network.ts'
import { poll } from '../poll.ts'
import { SLOW_NAMESPACE } from '../redirects.ts'
import { skopeoCopy } from '../skopeo.ts'
import { bytesAcknowledged } from '../sockets.ts'
import { ask } from './ask.ts'
import type { Check } from './check.ts'
import { pullAnew } from './docker.ts'

/** A pull that takes ten seconds and more is in its middle once so many bytes have come. */
const MIDDLE = 10_000_000

export const outages: readonly Check[] = [
  {
    name: 'docker pull goes on when the proxy is restarted in its middle',
    run: (lab) => disturb(lab, () => lab.proxy.restart()),
  },
  {
    name: 'docker pull goes on when an address of OSS is taken away in its middle',
    run: (lab) =>
      disturb(lab, async (address) => {
        await lab.oss.find((site) => site.address === address)?.service.stop()
        await setCloudAddress(lab.site.run, 'del', address)
      }),
  },
  {
    name: 'a name server that is taken away costs less than a second',
    run: async (lab) => {
      const [first] = NAME_SERVERS
      await setCloudAddress(lab.site.run, 'del', first)
      try {
        const mark = lab.proxy.mark()
        const { status, text, error } = await ask(lab, `https://${FRESH_BUCKET}/`)
        assert.equal(status, 404, text + error)
        const line = await lab.proxy.logged(mark, ({ host }) => host === FRESH_BUCKET, 'the connection is logged')
        assert.ok(Number(line['resolveMs']) < 1000, line.raw)
        return `${first} is gone, a name never asked for before took ${Number(line['resolveMs'])} ms`
      } finally {
        await setCloudAddress(lab.site.run, 'add', first)
      }
    },
  },
]

/** Pulls slowly, and does something to the pull once it is in its middle; the address of OSS that sends most is told. */
async function disturb(lab: Lab, act: (sending: string) => Promise<void>): Promise<string> {
  const reference = imageAt(DEFAULT.host, `${SLOW_NAMESPACE}app`)
  await skopeoCopy(lab, `docker://${imageAt(DEFAULT.host)}`, `docker://${reference}`)
  lab.pushed.set(reference, lab.pushed.get(imageAt(DEFAULT.host)) ?? 'not pushed')
  const disturbed = async () => act(await sending(lab))
  // Both to their ends, so that no pull goes on under the checks that follow.
  const [pulled, acted] = await Promise.allSettled([pullAnew(lab, lab.docker, reference), disturbed()])
  if (acted.status === 'rejected') throw acted.reason
  if (pulled.status === 'rejected') throw pulled.reason
  const { seen, said } = pulled.value
  const layers = new Set(Array.from(said.matchAll(/^([0-9a-f]{12}): Retrying/gm), ([, layer]) => layer))
  assert.ok(layers.size > 0, `the pull was not disturbed: ${said}`)
  // Docker waits 5 seconds before it tries again, and 10 before it tries once more.
  assert.doesNotMatch(said, /Retrying in 10 seconds/)
  return `${layers.size} layers tried again by docker, once each; ${seen}`
}

/** The address of OSS that has sent most, once all have sent enough. */
function sending({ site, oss }: Lab): Promise<string> {
  return poll(async () => {
    const sent = await Promise.all(
      oss.map(async ({ address }) => ({ address, bytes: await bytesAcknowledged(site.cloud, address) })),
    )
    const [most] = sent.toSorted((a, b) => b.bytes - a.bytes)
    return most !== undefined && most.bytes > MIDDLE ? most.address : undefined
  }, 'the pull is in its middle')
}
