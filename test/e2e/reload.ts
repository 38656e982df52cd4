import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import type { LogLine } from './lines.ts'
import type { ProxyProcess } from './proxy.ts'

const OUTCOMES: ReadonlySet<string | undefined> = new Set(['reloaded', 'not reloaded: everything stays as it was'])

/** Writes another configuration file (YAML where it is a text), sends SIGHUP, and gives the log line that says how it went. */
export async function reload(proxy: ProxyProcess, config: object | string, pid = proxy.pid): Promise<LogLine> {
  await writeFile(proxy.file, typeof config === 'string' ? config : stringify(config))
  return reloadAgain(proxy, pid)
}

/** The same with the files as they are, for the process `pid` where that has taken over. */
export function reloadAgain(proxy: ProxyProcess, pid = proxy.pid): Promise<LogLine> {
  const skip = proxy.log.length
  process.kill(pid, 'SIGHUP')
  return proxy.waitFor((line) => OUTCOMES.has(line.msg) && proxy.log.indexOf(line) >= skip, 'the reload is over')
}
