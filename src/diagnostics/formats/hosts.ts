import { heading, sayUncovered, type Setup } from './setup.ts'

/** Lines of a hosts file. A name found there is not asked of DNS, so AAAA needs no care. */
export function renderHosts(setup: Setup): string {
  return hostsLines(setup)
    .map((line) => `${line}\n`)
    .join('')
}

/** The same without line ends, for whoever puts them into a file. */
export function hostsLines(setup: Setup): readonly string[] {
  const { names, proxies } = setup
  return [
    `# ${heading(setup)}`,
    ...proxies.flatMap((address) => names.exact.map(({ host }) => `${address} ${host}`)),
    ...sayUncovered(names.wildcards).map((line) => `# ${line}`),
  ]
}
