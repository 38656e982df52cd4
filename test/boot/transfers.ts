import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readLines } from '../e2e/lines.ts'
import type { LogLine } from '../e2e/lines.ts'
import type { Scope } from '../scope.ts'
import type { Machine } from './machine.ts'

/** A registry and its clients in the network of a machine. */
export interface Transfers {
  /** What leads the proxy to the registry: lines for its configuration. */
  readonly config: string
  /** Begins a transfer; resolves when its first bytes have come. */
  readonly begin: () => Promise<void>
  /** Lets those end that are under way; resolves to how each did. */
  readonly finish: () => Promise<readonly LogLine[]>
  /** How many have ended so far. */
  readonly ended: () => number
}

export async function startTransfers(t: Scope, { inNetwork }: Machine): Promise<Transfers> {
  const [file = '', ...args] = inNetwork(process.execPath, fileURLToPath(new URL('site.js', import.meta.url)))
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  t.after(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const lines = readLines(child.stdout)
  const { registry } = await lines.waitFor((line) => 'registry' in line, 'the registry listens')
  let begun = 0
  const count = (key: string): readonly LogLine[] => lines.all.filter((line) => key in line)
  const until = (key: string, wanted: number): Promise<LogLine> =>
    lines.waitFor(() => count(key).length >= wanted, `${wanted} transfers ${key}`, 30_000)
  return {
    config: `region: cn-beijing\nhosts:\n  registry-vpc.cn-beijing.aliyuncs.com: ${String(registry)}\n`,
    async begin() {
      child.stdin.write('transfer\n')
      await until('began', (begun += 1))
    },
    async finish() {
      const before = count('ended').length
      child.stdin.write('finish\n')
      await until('ended', begun)
      return count('ended').slice(before)
    },
    ended: () => count('ended').length,
  }
}
