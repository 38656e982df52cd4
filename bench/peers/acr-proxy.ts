import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { version } from '../../src/version.ts'
import { NAME, type Absent, type Peer, type Setting } from './peer.ts'
import { output } from './program.ts'

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))
const COLLECTOR = new URL('collect-on-signal.js', import.meta.url).href

export type EngineName = 'stream' | 'splice'

/** What this version can be told about its engine. */
export interface EngineOptions {
  readonly engine: boolean
  readonly relayThreads: boolean
}

/** acr-proxy with an engine, under a node: the running one has no suffix in its name. */
export async function findAcrProxy(engine: EngineName, node: string): Promise<Peer | Absent> {
  const nodeVersion = /^v(\d+\.\S+)/.exec(await output([node, '--version']))?.[1]
  const name = node === process.execPath ? `acr-${engine}` : `acr-${engine}@${nodeVersion?.split('.')[0] ?? node}`
  if (nodeVersion === undefined) return { name, why: `${node} is no node` }
  const schema = await output([node, MAIN, 'config', 'schema'])
  const options = { engine: schema.includes('"engine"'), relayThreads: schema.includes('"relayThreads"') }
  if (engine === 'splice' && !options.engine) return { name, why: 'this version has no option `engine`' }
  return {
    name,
    version: `${version} (Node ${nodeVersion})`,
    own: true,
    optional: engine === 'splice',
    settleBy: 'SIGWINCH',
    launch: (setting) => {
      const path = join(setting.directory, 'acr-proxy.yaml')
      return {
        command: [node, '--import', COLLECTOR, MAIN, 'serve', '--config', path],
        files: { [path]: acrProxyConfig(setting, engine, options) },
      }
    },
  }
}

/** It logs to standard output, which is a file. */
export function acrProxyConfig(setting: Setting, engine: EngineName, options: EngineOptions): string {
  const { port, backend, connections, threads } = setting
  return stringify({
    region: 'cn-beijing',
    listen: `127.0.0.1:${port}`,
    hosts: { [NAME]: `127.0.0.1:${backend}` },
    // Clients have few addresses here.
    limits: { connections, perClient: connections, peeking: connections },
    admin: { listen: 'off' },
    ...(options.engine ? { engine } : {}),
    ...(options.relayThreads && engine === 'splice' ? { relayThreads: threads } : {}),
  })
}
