import { readFileSync } from 'node:fs'
import { arch, cpus, loadavg, release, totalmem } from 'node:os'
import type { Layouts } from './cpus.ts'
import { output } from './peers/program.ts'
import type { Results } from './results.ts'

/** What the figures depend on besides the proxies. */
export async function describeMachine(layouts: Layouts, descriptors: number): Promise<Results['machine']> {
  const { apart } = layouts
  const compiler = (await output(['cc', '--version'])).split('\n')[0] ?? ''
  return {
    cpu: `${cpus()[0]?.model ?? 'unknown'} (${arch()})`,
    cpus: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    system: systemName(),
    node: process.version,
    compiler,
    layout: `proxy on processor ${apart.proxy.join(', ')}, load on ${apart.load.join(', ')}`,
    descriptors,
    load: loadavg()[0] ?? 0,
  }
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    return 'Linux'
  }
}
