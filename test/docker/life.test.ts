import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { deadline } from '../deadline.ts'
import { deferred } from '../deferred.ts'
import { ask } from '../e2e/ask.ts'
import { configTo } from '../e2e/carried.ts'
import { helloFor } from '../e2e/hellos.ts'
import { dial, readAtLeast } from '../e2e/wire.ts'
import { endingOf } from '../ending.ts'
import { poll } from '../lab/poll.ts'
import { createClient, throughProxy } from '../region/client.ts'
import { createLayer } from '../region/layers.ts'
import { startRegion } from '../region/region.ts'
import { createScope } from '../scope.ts'
import { listenTcp } from '../upstream.ts'
import { startContainer, startEngineWithImage } from './container.ts'
import type { Engine } from './engine.ts'

const scope = createScope()
let engine: Engine
before(async () => void (engine = await startEngineWithImage(scope)))
after(() => scope.close())

/** What `docker inspect` says of a container's state. */
async function stateOf(name: string): Promise<{ readonly Health: { readonly Status: string }; readonly Pid: number }> {
  return JSON.parse(await engine.run(['inspect', '--format={{json .State}}', name]))
}

async function becomes(name: string, status: string): Promise<void> {
  await poll(async () => ((await stateOf(name)).Health.Status === status ? true : undefined), `${name} is ${status}`)
}

test('docker sees it healthy once names resolve, and docker login, push and pull go through it', async (t) => {
  const region = await startRegion(t)
  const { name, endpoint, lines } = await startContainer(t, engine, 'pulled', region.proxyConfig())
  // The engine was compiled in the build, and what it asks of the kernel is allowed in a container.
  assert.equal(lines.all.find(({ msg }) => msg === 'ready')?.['engine'], 'splice')
  await becomes(name, 'healthy')

  const { names, ca, user } = region
  const client = createClient({ connectTo: throughProxy(endpoint), ca: ca.pem }, user)
  const image = { host: names.registry, repository: 'team/app', tag: 'v1' }
  const layers = [createLayer(3_000_001, 'a'), createLayer(700, 'b')]
  await deadline(client.login(image.host), 'login')
  const digest = await deadline(client.push(image, layers), 'push')
  const pulled = await deadline(client.pull(image), 'pull')
  assert.equal(pulled.digest, digest)
})

test('docker sees it unhealthy while no name resolves', async (t) => {
  const silent = await listenTcp(t, () => {})
  const config = { region: 'cn-beijing', resolver: { servers: [`127.0.0.1:${silent.port}`] } }
  const { name } = await startContainer(t, engine, 'deaf', config)
  await becomes(name, 'unhealthy')
})

test('docker stop lets a transfer end, and the program ends with 0', async (t) => {
  const accepted = deferred<Socket>()
  const half = Buffer.alloc(100_000, 'a')
  const upstream = await listenTcp(t, (socket) => {
    socket.resume().write(half)
    accepted.resolve(socket)
  })
  const { name, endpoint, lines, exit } = await startContainer(t, engine, 'stopped', configTo(upstream))
  const client = await dial(t, endpoint)
  client.write(helloFor())
  await deadline(readAtLeast(client, half.length), 'half of the transfer')
  const ending = endingOf(client)

  const stopped = engine.run(['stop', '--time=40', name])
  await lines.waitFor(({ msg }) => msg === 'stopping: no new connection is taken', 'the signal reaches the program')
  ;(await accepted.promise).end('the rest')
  const { by, bytes } = await deadline(ending, 'the rest of the transfer')
  assert.deepEqual([by, bytes.toString()], ['end', 'the rest'])
  client.end()
  await stopped
  assert.equal(await deadline(exit, 'the container ends'), 0)
  assert.equal(lines.all.at(-1)?.msg, 'stopped')
})

test('docker kill --signal HUP makes it read its configuration again', async (t) => {
  const [one, two] = await Promise.all(
    ['one', 'two'].map((name) => listenTcp(t, (socket) => void socket.resume().end(name))),
  )
  assert.ok(one && two)
  const { name, endpoint, lines, rewrite } = await startContainer(t, engine, 'reloaded', configTo(one))
  assert.equal((await ask(t, endpoint, helloFor())).bytes.toString(), 'one')
  await rewrite(configTo(two))
  await engine.run(['kill', '--signal=HUP', name])
  const { changed } = await lines.waitFor(({ msg }) => msg === 'reloaded', 'the new configuration')
  assert.deepEqual(changed, ['hosts'])
  assert.equal((await ask(t, endpoint, helloFor())).bytes.toString(), 'two')
})

test('it has no privilege: nobody, no capability, none to be had', async (t) => {
  const upstream = await listenTcp(t, () => {})
  const { name } = await startContainer(t, engine, 'plain', configTo(upstream))
  const status = await readFile(`/proc/${(await stateOf(name)).Pid}/status`, 'utf8')
  const field = (key: string) => new RegExp(`^${key}:\\s+(.*)$`, 'm').exec(status)?.[1]
  assert.equal(field('Uid'), '65532\t65532\t65532\t65532')
  assert.deepEqual([field('CapPrm'), field('CapBnd'), field('NoNewPrivs')], ['0'.repeat(16), '0'.repeat(16), '1'])
})
