import { heading, type Setup } from './setup.ts'

/**
 * Lines of a dnsmasq configuration. `local` keeps other record types (AAAA, HTTPS) from being asked upstream, where an
 * answer would lead past the proxy.
 */
export function renderDnsmasq(setup: Setup): string {
  const { names, proxies } = setup
  const patterns = [...names.exact.map(({ host }) => host), ...names.wildcards.map(({ after }) => `*${after}`)]
  const needed = [...new Set(patterns)].filter(
    (pattern, _, all) => !all.some((other) => other !== pattern && covers(other, pattern)),
  )
  const wild = needed.some((pattern) => pattern.startsWith('*'))
  const lines = [
    `# ${heading(setup)}`,
    '# A line holds for all names below its own: a line for an OSS endpoint covers every bucket.',
    ...(wild ? ['# A "*" stands for any beginning; dnsmasq 2.90 is known to read it so.'] : []),
    ...needed.flatMap((pattern) =>
      proxies.map((address) => `address=/${pattern}/${address}`).concat(`local=/${pattern}/`),
    ),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** Whether every name that `pattern` stands for is one of `other`, too. */
function covers(other: string, pattern: string): boolean {
  const end = other.startsWith('*') ? other.slice(1) : `.${other}`
  return pattern.replace(/^\*/, '').endsWith(end)
}
