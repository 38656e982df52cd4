import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { LogLine } from '../e2e/lines.ts'
import type { Scope } from '../scope.ts'
import { CLIENTS, ECS_PUBLIC } from './addresses.ts'
import { REGION } from './names.ts'
import { startService } from './service.ts'
import type { Service } from './service.ts'
import type { Site } from './site.ts'

/** The real program on the ECS, through all its restarts. */
export interface Proxy {
  /** A place in the log: lines that come after it are found by `since`. */
  readonly mark: () => number
  readonly since: (mark: number) => readonly LogLine[]
  /** The first line after `mark` that `predicate` takes, come or to come. */
  readonly logged: (mark: number, predicate: (line: LogLine) => boolean, label: string) => Promise<LogLine>
  /** Ends it at once, as a second SIGTERM does, and starts it anew. */
  readonly restart: () => Promise<void>
}

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))

/** As the README has it for this case: the resolver, its name servers, ports and limits are the defaults. */
const CONFIG = { region: REGION, ownAddresses: [ECS_PUBLIC], allow: { clients: [CLIENTS] } }
/** Which engine moves the bytes, where a run of the lab is for one. */
const engine = process.env['ACR_PROXY_ENGINE']

/** Starts the proxy and waits until it is ready. */
export async function startProxy(t: Scope, { directory, logs, ecs }: Site): Promise<Proxy> {
  const path = join(directory, 'acr-proxy.yaml')
  await writeFile(path, stringify(engine === undefined ? CONFIG : { ...CONFIG, engine }))
  const command = [process.execPath, MAIN, 'serve', '--config', path]
  const start = () => startService(t, { name: 'proxy', logs, place: ecs, command, ready: /"msg":"ready"/ })
  const lives: Service[] = [await start()]
  const all = () => lives.flatMap(({ lines }) => lines.all)
  return {
    mark: () => all().length,
    since: (mark) => all().slice(mark),
    logged: async (mark, predicate, label) => {
      const current = lives.at(-1)
      const come = all().slice(mark).find(predicate)
      if (come !== undefined) return come
      if (current === undefined) throw new Error('the proxy was never started')
      const old = new Set(all().slice(0, mark))
      return current.lines.waitFor((line) => !old.has(line) && predicate(line), label, 30_000)
    },
    restart: async () => {
      const last = lives.at(-1)
      last?.signal('SIGTERM')
      await last?.lines.waitFor(({ msg }) => msg?.startsWith('stopping') ?? false, 'the proxy stops')
      last?.signal('SIGTERM')
      await last?.exit
      lives.push(await start())
    },
  }
}
