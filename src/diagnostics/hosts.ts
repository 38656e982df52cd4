import type { Config } from '../config/schema.ts'
import { UserError } from '../errors.ts'
import { clientNames, type Which } from './client-names.ts'
import { type Edited, editFile } from './edit-file.ts'
import { renderContainerdProxy } from './formats/containerd-proxy.ts'
import { renderCoredns } from './formats/coredns.ts'
import { DOCKER_PROXY_NOTE, renderDockerProxy } from './formats/docker-proxy.ts'
import { renderDnsmasq } from './formats/dnsmasq.ts'
import { hostsLines, renderHosts } from './formats/hosts.ts'
import { renderPowershell } from './formats/powershell.ts'
import { type Setup, sayUncovered } from './formats/setup.ts'
import { renderUnbound } from './formats/unbound.ts'
import { dropBlock, otherLines, putBlock } from './hosts-block.ts'

const RENDERERS = {
  hosts: renderHosts,
  dnsmasq: renderDnsmasq,
  unbound: renderUnbound,
  coredns: renderCoredns,
  'docker-proxy': renderDockerProxy,
  'containerd-proxy': renderContainerdProxy,
  powershell: renderPowershell,
} as const satisfies Record<string, (setup: Setup) => string>

export type HostsFormat = keyof typeof RENDERERS

export const HOSTS_FORMATS: readonly string[] = Object.keys(RENDERERS)

export function isHostsFormat(text: string): text is HostsFormat {
  return Object.hasOwn(RENDERERS, text)
}

/** What clients of a proxy at these addresses are to be told. */
export function setupOf(config: Config, proxies: readonly string[], which: Which): Setup {
  const ports = config.listen.map(({ port }) => port).filter((port) => port !== 0)
  const port = [80, 443].find((usual) => ports.includes(usual)) ?? ports[0] ?? 80
  return { regions: config.region, names: clientNames(config, which), proxies, port }
}

/** The text to put on clients; `notes` are what it has no place for. */
export function render(
  format: HostsFormat,
  setup: Setup,
): { readonly text: string; readonly notes: readonly string[] } {
  return { text: RENDERERS[format](setup), notes: format === 'docker-proxy' ? [DOCKER_PROXY_NOTE] : [] }
}

/** Puts the lines into a hosts file, in place of those put there before. Rejects with a UserError. */
export async function writeHosts(
  path: string,
  setup: Setup,
): Promise<{ readonly edited: Edited; readonly notes: readonly string[] }> {
  const hosts = new Set(setup.names.exact.map(({ host }) => host))
  let others: ReturnType<typeof otherLines> = []
  const edited = await editFile(path, (text) => {
    others = located(path, () => otherLines(text, hosts))
    return located(path, () => putBlock(text, hostsLines(setup)))
  })
  const clashes = others.map(({ line, host, address }) => `${path}:${line} gives ${host} the address ${address}, too`)
  const [first, second, ...forms] = sayUncovered(setup.names.wildcards)
  const uncovered = first === undefined ? [] : [[first, second, forms.map((form) => form.trim()).join(', ')].join(' ')]
  return { edited, notes: [...clashes, ...uncovered] }
}

/** Takes the lines out of a hosts file again. Rejects with a UserError. */
export async function removeHosts(path: string): Promise<Edited> {
  return editFile(path, (text) => located(path, () => dropBlock(text)))
}

/** Says of which file a complaint is. */
function located<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof UserError) || error.hint === undefined) throw error
    throw new UserError(`${path}: ${error.message}`, { hint: error.hint, cause: error })
  }
}
