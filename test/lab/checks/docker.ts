import assert from 'node:assert/strict'
import { imageAt } from '../build.ts'
import type { Lab } from '../build.ts'
import type { Docker } from '../docker.ts'
import { IMAGE, IMAGE_SIZE, LAYERS } from '../image.ts'
import { DEFAULT, INSTANCES } from '../instances.ts'
import type { Instance } from '../instances.ts'
import type { Check } from './check.ts'

/** A slow pull that is begun anew, on a slow machine (ms). */
const LONGEST_PULL = 100_000

/** What the article does: log in, push, remove, pull; at both instances. */
export const dockerSession: readonly Check[] = [
  {
    name: `docker login ${DEFAULT.host} with a wrong password`,
    run: async ({ docker, site }) => {
      const { code, stderr } = await docker.attempt(login(DEFAULT, site.user.name), { input: 'wrong' })
      assert.notEqual(code, 0)
      assert.match(stderr, /unauthorized|authentication failed/)
      return stderr.trim().split('\n').at(-1) ?? ''
    },
  },
  ...INSTANCES.map((instance) => ({
    name: `docker login ${instance.host}`,
    run: async ({ docker, site }: Lab) => {
      const said = await docker.run(login(instance, site.user.name), { input: site.user.password })
      assert.match(said, /Login Succeeded/)
      return 'Login Succeeded'
    },
  })),
  ...INSTANCES.map((instance) => ({
    name: `docker push ${imageAt(instance.host)}, ${IMAGE_SIZE / 1e6} MB in ${LAYERS} layers`,
    run: (lab: Lab) => push(lab, imageAt(instance.host)),
  })),
  ...INSTANCES.map((instance) => ({
    name: `docker rmi, docker pull ${imageAt(instance.host)}`,
    run: async (lab: Lab) => (await pullAnew(lab, lab.docker, imageAt(instance.host))).seen,
  })),
]

function login({ host }: Instance, user: string): readonly string[] {
  return ['login', '--username', user, '--password-stdin', host]
}

/** Tags the image as `reference`, pushes it, and keeps its digest; resolves with the digest. */
export async function push({ docker, pushed }: Lab, reference: string): Promise<string> {
  await docker.run(['tag', IMAGE, reference])
  const said = await docker.run(['push', reference])
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(said)?.[1]
  assert.ok(digest !== undefined, said)
  pushed.set(reference, digest)
  return digest
}

export interface Pulled {
  /** In a line, for the report. */
  readonly seen: string
  /** Docker's own words. */
  readonly said: string
}

/** Removes every image, and pulls one; its digest must be that of the push. */
export async function pullAnew({ pushed }: Lab, docker: Docker, reference: string): Promise<Pulled> {
  await docker.run(['image', 'prune', '--all', '--force'])
  assert.equal((await docker.run(['image', 'ls', '--quiet'])).trim(), '')
  const said = await docker.run(['pull', reference], { ms: LONGEST_PULL })
  const digest = /^Digest: (sha256:[0-9a-f]{64})$/m.exec(said)?.[1]
  assert.equal(digest, pushed.get(reference), said)
  assert.equal(said.match(/: Pull complete$/gm)?.length, LAYERS, said)
  return { seen: `${LAYERS} layers, ${digest}, as pushed`, said }
}
