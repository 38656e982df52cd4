import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { deadline } from '../deadline.ts'
import { readLines } from '../e2e/lines.ts'
import type { Lines } from '../e2e/lines.ts'
import { closedPort } from '../e2e/nobody.ts'
import { parseEndpoint } from '../e2e/proxy.ts'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'
import { startEngine } from './engine.ts'
import type { Engine } from './engine.ts'
import { ARCHIVE, IMAGE } from './image.ts'

/** What README.md says a container needs, which is nothing. */
export const HARDENED = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges']

/** The image's health check, asked at once and often. */
const EAGER = ['--health-interval=1s', '--health-start-period=1ms', '--health-retries=1']

/** A proxy in a container that has said it is ready. */
export interface Container {
  readonly name: string
  /** The proxy's log. */
  readonly lines: Lines
  readonly endpoint: Endpoint
  /** Writes another configuration, which listens where this one does. */
  readonly rewrite: (config: object) => Promise<void>
  /** The exit code of the program, once it has ended. */
  readonly exit: Promise<number>
}

/** An engine that has the image, in a directory of its own. */
export async function startEngineWithImage(t: Scope, namespace?: string): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-docker-'))
  t.after(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }))
  const engine = await startEngine(t, { directory, ...(namespace === undefined ? {} : { namespace }) })
  await engine.run(['load', '--input', ARCHIVE])
  return engine
}

/** Runs the image, hardened, in this machine's network so that it reaches loopback; its admin listener is on a port of its own. */
export async function startContainer(t: Scope, engine: Engine, name: string, config: object): Promise<Container> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-container-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'etc'), { mode: 0o755 })
  const admin = { listen: `127.0.0.1:${(await closedPort()).port}` }
  const rewrite = async (changed: object) =>
    writeFile(join(directory, 'etc', 'acr-proxy.yaml'), stringify({ listen: ['127.0.0.1:0'], admin, ...changed }))
  await rewrite(config)
  const configured = [
    `--volume=${directory}/etc:/etc/acr-proxy:ro`,
    '--env=ACR_PROXY_CONFIG=/etc/acr-proxy/acr-proxy.yaml',
  ]
  const args = ['run', '--rm', `--name=${name}`, '--network=host', ...EAGER, ...HARDENED, ...configured, IMAGE]
  const child = spawn('docker', args, { env: engine.env, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = readLines(child.stdout)
  const exit = once(child, 'close').then(([code]) => {
    lines.end(`the container ended with ${code}`)
    return Number(code)
  })
  t.after(async () => {
    if (child.exitCode === null) await engine.run(['kill', name]).catch(() => {})
    await deadline(exit, `${name} ends`)
  })
  await lines.waitFor(({ msg }) => msg === 'ready', 'the proxy in the container is ready', 30_000)
  const listening = lines.all.find(({ msg }) => msg === 'listening')
  return { name, lines, endpoint: parseEndpoint(String(listening?.['listener'])), rewrite, exit }
}
