import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { imageAt } from '../build.ts'
import type { Lab } from '../build.ts'
import { trustOf } from '../docker.ts'
import { DEFAULT, INSTANCES } from '../instances.ts'
import type { Instance } from '../instances.ts'
import { run } from '../run.ts'
import { digestOfCopy, skopeoCopy } from '../skopeo.ts'
import type { Check } from './check.ts'

/** The same as docker does, by skopeo and by containerd's ctr. */
export const otherClients: readonly Check[] = [
  ...INSTANCES.map((instance) => ({
    name: `skopeo copy from and to ${instance.host}`,
    run: (lab: Lab) => bySkopeo(lab, instance),
  })),
  ...INSTANCES.map((instance) => ({
    name: `ctr images pull and push at ${instance.host}`,
    run: (lab: Lab) => byCtr(lab, instance),
  })),
  {
    name: 'a blob of the default instance comes by plain HTTP, one of the Enterprise instance by TLS',
    run: async (lab) => {
      const seen = INSTANCES.map(async ({ host, bucket }) => {
        const mark = lab.proxy.mark()
        await copyOf(lab, imageAt(host), `kinds-${bucket}`)
        const line = await lab.proxy.logged(mark, (entry) => entry['host'] === bucket, `the log has ${bucket}`)
        return String(line['kind'])
      })
      assert.deepEqual(await Promise.all(seen), ['http', 'tls'])
      return `http ${DEFAULT.bucket}, https the other`
    },
  },
]

async function bySkopeo(lab: Lab, { host }: Instance): Promise<string> {
  const digest = lab.pushed.get(imageAt(host))
  const directory = join(lab.site.directory, `skopeo-${host}`)
  await skopeoCopy(lab, `docker://${imageAt(host)}`, `dir:${directory}`)
  assert.equal(await digestOfCopy(directory), digest)
  // A repository that has none of its blobs yet, and is not told where they are.
  await skopeoCopy(lab, `dir:${directory}`, `docker://${imageAt(host, 'lab/by-skopeo')}`)
  await rm(directory, { recursive: true })
  assert.equal(await copyOf(lab, imageAt(host, 'lab/by-skopeo'), `again-${host}`), digest)
  return `pulled, pushed, pulled, ${digest}`
}

/** The digest of what is pulled to a directory, which is then removed. */
async function copyOf(lab: Lab, reference: string, name: string): Promise<string> {
  const directory = join(lab.site.directory, name)
  await skopeoCopy(lab, `docker://${reference}`, `dir:${directory}`)
  const digest = await digestOfCopy(directory)
  await rm(directory, { recursive: true })
  return digest
}

async function byCtr({ site, containerd, pushed }: Lab, { host }: Instance): Promise<string> {
  const login = ['--user', `${site.user.name}:${site.user.password}`]
  const images = (...args: readonly string[]) =>
    run(site.client, ['ctr', '--address', containerd, '--namespace', 'lab', 'images', ...args], { env: trustOf(site) })
  const [from, to] = [imageAt(host), imageAt(host, 'lab/by-ctr')]
  const digest = pushed.get(from) ?? 'not pushed'
  const pull = async (reference: string) => {
    await images('pull', '--snapshotter', 'native', ...login, reference)
    const line = (await images('ls', `name==${reference}`)).split('\n')[1] ?? ''
    assert.ok(line.includes(digest), line)
  }
  await pull(from)
  await images('tag', from, to)
  await images('push', ...login, to)
  await images('rm', '--sync', from, to)
  await pull(to)
  await images('rm', '--sync', to)
  return `pulled, pushed, pulled, ${digest}`
}
