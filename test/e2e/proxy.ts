import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { Scope } from '../scope.ts'
import type { Endpoint } from '../upstream.ts'
import { readLines } from './lines.ts'
import type { Lines, LogLine } from './lines.ts'

export interface ProxyOptions {
  /** Written as YAML and given with --config. */
  readonly config?: object
  /** Further arguments of `serve`. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Arguments of node itself. */
  readonly nodeArgs?: readonly string[]
  /** The limit of open descriptors the proxy starts with. */
  readonly ulimit?: number
  /** A command that runs the one it is given in other circumstances, such as `setpriv` with its options. */
  readonly runBy?: readonly string[]
  /** The program, if not the one that was built. */
  readonly main?: string
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The CLI as a child process, which is killed when its scope ends, and so are its successors; all of them write its log. */
export interface ProxyProcess {
  readonly pid: number
  /** Its configuration file, if it was started with one. */
  readonly file: string
  /** The parsed lines of its standard output so far. */
  readonly log: readonly LogLine[]
  readonly waitFor: Lines['waitFor']
  /** Its standard error so far. */
  readonly stderr: () => string
  readonly signal: (signal: NodeJS.Signals) => void
  /** Settles once it has ended and its output is read. */
  readonly exit: Promise<Exit>
}

/** A proxy that has said it is ready. */
export interface ReadyProxy extends ProxyProcess {
  /** What it listens on, as its log says: `127.0.0.1:43211`. */
  readonly listeners: readonly string[]
  /** The same, in parts. */
  readonly endpoints: readonly Endpoint[]
  /** The first of them. */
  readonly endpoint: Endpoint
  readonly port: number
}

/** The program. */
export const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))
/** A successor that inherits the output keeps it open: after so long (ms) what has been read is all. */
const OUTPUT_GRACE = 1000

/** Starts the proxy, on a free port of 127.0.0.1 unless options say otherwise, and waits until it is ready. */
export async function startProxy(t: Scope, options: ProxyOptions = {}): Promise<ReadyProxy> {
  const proxy = await spawnProxy(t, options)
  await proxy.waitFor(({ msg }) => msg === 'ready', 'the proxy is ready')
  const listeners = proxy.log.filter(({ msg }) => msg === 'listening').map((line) => String(line['listener']))
  const endpoints = listeners.map(parseEndpoint)
  const [endpoint] = endpoints
  if (endpoint === undefined) throw new Error('the proxy is ready and listens nowhere')
  return { ...proxy, listeners, endpoints, endpoint, port: endpoint.port }
}

/** Starts the proxy and does not wait: for starts that fail. */
export async function spawnProxy(t: Scope, options: ProxyOptions = {}): Promise<ProxyProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'acr-proxy-'))
  const file = join(directory, 'acr-proxy.yaml')
  const child = spawn(...(await commandOf(file, options)), {
    cwd: directory,
    env: { ...withoutOwnVariables(process.env), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = readLines(child.stdout)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const handedOver = (): boolean => lines.all.some((line) => line.msg === 'handed over' && line['pid'] === child.pid)
  const exit = exitOf(child, (why) => {
    if (!handedOver()) lines.end(`${why}, saying ${stderr}`)
  })
  t.after(async () => {
    child.kill('SIGKILL')
    for (const pid of successorsOf(lines.all)) kill(pid)
    await exit
    await rm(directory, { recursive: true, force: true })
  })
  return {
    pid: child.pid ?? -1,
    file,
    log: lines.all,
    waitFor: (...wanted) => lines.waitFor(...wanted),
    stderr: () => stderr,
    signal: (signal) => void child.kill(signal),
    exit,
  }
}

async function commandOf(path: string, options: ProxyOptions): Promise<[string, string[]]> {
  const { config, args = [], nodeArgs = [], ulimit, runBy = [], main = MAIN } = options
  const command = [process.execPath, ...nodeArgs, main, 'serve']
  if (config !== undefined) {
    await writeFile(path, stringify(config))
    command.push('--config', path)
  }
  const listens = (config !== undefined && 'listen' in config) || args.some((arg) => arg.startsWith('--listen'))
  if (!listens) command.push('--listen', '127.0.0.1:0')
  // Many proxies run at once, and the default port is one.
  const admin = (config !== undefined && 'admin' in config) || args.some((arg) => arg.startsWith('--admin'))
  if (!admin) command.push('--admin', 'off')
  command.push(...args)
  if (ulimit !== undefined) command.unshift('sh', '-c', `ulimit -n ${ulimit} && exec "$@"`, 'sh')
  command.unshift(...runBy)
  const [program = '', ...rest] = command
  return [program, rest]
}

async function exitOf(child: ChildProcess, onEnd: (why: string) => void): Promise<Exit> {
  const closed = once(child, 'close')
  const [code, signal]: [number | null, NodeJS.Signals | null] = await new Promise((resolve, reject) => {
    child.once('exit', (...how) => resolve(how))
    child.once('error', reject)
  })
  const grace = new AbortController()
  await Promise.race([closed, delay(OUTPUT_GRACE, undefined, { signal: grace.signal }).catch(() => {})])
  grace.abort()
  onEnd(`the proxy ended with ${code ?? signal}`)
  return { code, signal }
}

/** What would tell the proxy that it is run by node:test, or by a service manager that the test itself runs under. */
const FOREIGN = new Set(['NODE_TEST_CONTEXT', 'NOTIFY_SOCKET', 'LISTEN_FDS', 'LISTEN_PID'])

/** Chooses the engine that a run of the whole suite is for. */
const PASSED_ON = 'ACR_PROXY_ENGINE'

/** The environment of the test without what is not meant for the proxy. */
function withoutOwnVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => (name === PASSED_ON || !name.startsWith('ACR_PROXY_')) && !FOREIGN.has(name),
    ),
  )
}

/** An endpoint as the log names it. */
export function parseEndpoint(listener: string): Endpoint {
  const [, address, port] = /^\[?(.*?)\]?:(\d+)$/.exec(listener) ?? []
  if (address === undefined || port === undefined) throw new Error(`the log names no listener: "${listener}"`)
  return { address, port: Number(port) }
}

/** The processes that have taken over, in order. */
function successorsOf(lines: readonly LogLine[]): readonly number[] {
  return lines.flatMap((line) => (line.msg === 'handed over' ? [Number(line['successor'])] : []))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
