import type { LogLine } from './lines.ts'
import type { ProxyProcess } from './proxy.ts'

/** The first line with this message among those after the first `skip` (a `log.length` taken earlier); waits for it. */
export function logged(proxy: ProxyProcess, msg: string, skip = 0): Promise<LogLine> {
  return proxy.waitFor((line) => line.msg === msg && proxy.log.indexOf(line) >= skip, `a line "${msg}" in the log`)
}

/** What `line` says under `keys`, for a comparison. */
export function pick(line: LogLine, ...keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, line[key]]))
}
