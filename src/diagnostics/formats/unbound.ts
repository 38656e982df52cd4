import type { ClientWildcard } from '../client-names.ts'
import { heading, records, sayUncovered, type Setup } from './setup.ts'

const TTL = 60

/**
 * A `server` clause for Unbound. In a static zone the name itself is answered, in a redirect zone everything below it, too;
 * both answer other record types (AAAA, HTTPS) with nothing, rather than ask upstream.
 */
export function renderUnbound(setup: Setup): string {
  const { exact, wildcards } = setup.names
  const redirects = [...new Set(wildcards.filter(isWholeZone).map(({ after }) => after.slice(1)))]
  const below = (host: string): boolean => redirects.some((zone) => host === zone || host.endsWith(`.${zone}`))
  const zones = [
    ...exact.flatMap(({ host }) => (below(host) ? [] : [{ host, type: 'static' }])),
    ...redirects.map((host) => ({ host, type: 'redirect' })),
  ]
  const uncovered = wildcards.filter(({ after }) => !below(after))
  const lines = [
    `# ${heading(setup)}`,
    'server:',
    ...zones.flatMap(({ host, type }) =>
      [`    local-zone: "${host}." ${type}`].concat(
        records(setup).map((record) => `    local-data: "${host}. ${TTL} IN ${record.type} ${record.address}"`),
      ),
    ),
    ...sayUncovered(uncovered).map((line) => `    # ${line}`),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** A zone holds its own name, too: that of a user's `*.suffix` may well be somebody else's. */
function isWholeZone({ after, role }: ClientWildcard): boolean {
  return after.startsWith('.') && role !== 'custom'
}
