import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { descriptorLimit } from '../../src/proxy/descriptors.ts'
import { deadline } from '../deadline.ts'
import { REGISTRY } from '../e2e/carried.ts'
import { poll } from '../lab/poll.ts'
import type { Scope } from '../scope.ts'
import { startEngineWithImage } from './container.ts'
import { runCommand } from './engine.ts'
import { ROOT } from './image.ts'
import { CLIENT_ADDRESS, createNetwork, HOST_ADDRESS, on } from './network.ts'

/** Nothing else is in the namespace that could listen there. */
const UPSTREAM_PORT = 9000
/** One name for each role, so that the proxy is ready without any DNS server. */
const NAMES = [
  REGISTRY,
  'dockerauth-vpc.cn-beijing.aliyuncs.com',
  'aliregistry-cn-beijing.oss-cn-beijing-internal.aliyuncs.com',
]

/** Starts what the names lead to. */
async function startAnswering(t: Scope, machine: string): Promise<void> {
  const program = fileURLToPath(new URL('./answering.js', import.meta.url))
  const [file = '', ...args] = on(machine, [process.execPath, program, HOST_ADDRESS, String(UPSTREAM_PORT)])
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => void child.kill('SIGKILL'))
  await deadline(once(child.stdout, 'data'), 'something answers')
}

/** What the test changes of config/docker/compose.yaml. */
interface Compose {
  readonly services: { readonly 'acr-proxy': { readonly ulimits: { readonly nofile: number } } }
}

/**
 * config/docker, with the addresses that the names have here, a health check that does not wait, and no more descriptors than this
 * machine may give.
 */
async function copyOfConfig(t: Scope): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-compose-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  await cp(join(ROOT, 'config/docker'), directory, { recursive: true })
  const hosts = Object.fromEntries(NAMES.map((name) => [name, `${HOST_ADDRESS}:${UPSTREAM_PORT}`]))
  const config = join(directory, 'etc/acr-proxy.yaml')
  await writeFile(config, stringify({ ...parse(await readFile(config, 'utf8')), hosts }))
  const path = join(directory, 'compose.yaml')
  const { services }: Compose = parse(await readFile(path, 'utf8'))
  const service = services['acr-proxy']
  const ulimits = { nofile: Math.min(service.ulimits.nofile, descriptorLimit()) }
  await writeFile(
    path,
    stringify({ services: { 'acr-proxy': { ...service, ulimits, healthcheck: { interval: '1s' } } } }),
  )
  return directory
}

test('docker compose brings up a healthy proxy, which sees the real address of its clients, and takes it down by a drain', async (t) => {
  const { host, client } = await createNetwork(t)
  await startAnswering(t, host)
  const engine = await startEngineWithImage(t, host)
  const directory = await copyOfConfig(t)
  const compose = async (...args: readonly string[]) =>
    runCommand(['docker-compose', '--file', join(directory, 'compose.yaml'), ...args], engine.env)

  await compose('up', '--detach', '--no-build')
  const container = (await compose('ps', '--quiet')).trim()
  await poll(
    async () => {
      const health = await engine.run(['inspect', '--format={{.State.Health.Status}}', container])
      return health.trim() === 'healthy' ? true : undefined
    },
    'the container is healthy',
    60_000,
  )
  const answer = await runCommand(
    on(client, ['curl', '-sS', '-H', `Host: ${REGISTRY}`, `http://${HOST_ADDRESS}/v2/`]),
    engine.env,
  )
  assert.equal(answer, 'carried')
  assert.match(await compose('exec', '-T', 'acr-proxy', 'acr-proxy', 'status'), new RegExp(REGISTRY))

  await compose('stop')
  const log = await engine.run(['logs', container])
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(lines.find(({ msg }) => msg === 'connection').client, CLIENT_ADDRESS)
  assert.equal(lines.at(-1).msg, 'stopped')
  assert.equal((await engine.run(['inspect', '--format={{.State.ExitCode}}', container])).trim(), '0')
  await compose('down')
})
