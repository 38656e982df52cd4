import type { Status } from '../admin/status.ts'
import { columns } from './columns.ts'
import { printable } from './print.ts'
import { sayBytes, sayDuration } from './quantities.ts'

/** A terminal shows so many rows of a list that may be long; --json has all. */
const ROWS = 20
const NUMBERS = ['ENDED', 'REFUSED', 'UP', 'DOWN', 'AGE', 'COUNT', 'CONNECTS', 'FAILURES', 'MEAN']

/** The status of a proxy for a terminal; throughput is since `before`, where there is one. `now` is ms since 1970. */
export function renderStatus(status: Status, now: number, before?: Status): string {
  const sections = [
    heading(status, before),
    section(
      ['ROLE', 'ENDED', 'REFUSED', 'UP', 'DOWN'],
      status.roles.map(({ role, ended, refused, bytesUp, bytesDown }) => [
        role,
        ended,
        refused,
        sayBytes(bytesUp),
        sayBytes(bytesDown),
      ]),
    ),
    section(
      ['HOST', 'ENDED', 'REFUSED', 'UP', 'DOWN'],
      status.hosts.map(({ host, ended, refused, bytesUp, bytesDown }) => [
        host,
        ended,
        refused,
        sayBytes(bytesUp),
        sayBytes(bytesDown),
      ]),
    ),
    section(
      ['OPEN', 'CLIENT', 'HOST', 'UPSTREAM', 'STATE', 'AGE', 'UP', 'DOWN'],
      status.connections
        .toSorted((a, b) => b.bytesUp + b.bytesDown - a.bytesUp - a.bytesDown)
        .map(({ conn, client, host = '-', upstream = '-', state, ageMs, bytesUp, bytesDown }) => [
          conn,
          client,
          host,
          upstream,
          state,
          sayDuration(ageMs),
          sayBytes(bytesUp),
          sayBytes(bytesDown),
        ]),
      status.open,
    ),
    section(
      ['ADDRESS', 'HOST', 'CONNECTS', 'FAILURES', 'MEAN', 'NOW'],
      status.upstreams.map(({ address, host, connects, failures, meanMs, failing, lastError }) => [
        address,
        host,
        connects,
        failures,
        meanMs === undefined ? '-' : `${meanMs.toFixed(1)} ms`,
        failing ? (lastError ?? 'failing') : 'good',
      ]),
    ),
    refusals(status, now),
  ]
  return printable(`${sections.filter((text) => text !== '').join('\n\n')}\n`)
}

function heading(status: Status, before: Status | undefined): string {
  const { version, pid, uptimeMs, draining, readiness, configuration, listeners, open, limits, dns } = status
  const { region, resolver } = configuration
  const how = draining ? 'is stopping' : readiness.ready ? 'is ready' : 'is not ready'
  const servers = resolver.servers.length === 0 ? '' : `, asks ${resolver.servers.join(' and ')}`
  const places = listeners.map(({ name, proxyProtocol }) => (proxyProtocol ? `${name} (PROXY header)` : name))
  const stale = readiness.checks.some((check) => check.stale)
    ? [`warning    no DNS server answers: last answers are used`]
    : []
  return [
    `acr-proxy ${version} ${how}: up ${sayDuration(uptimeMs)}, process ${pid}`,
    ...readiness.missing.map((missing) => `missing    ${missing}`),
    ...stale,
    `region     ${region.join(', ')}`,
    `resolver   ${resolver.kind}${servers}; names kept: ${dns.names}`,
    `listeners  ${places.join(', ')}`,
    `open       ${open} of at most ${limits.connections}`,
    ...(before === undefined ? [] : [`moving     ${throughput(status, before)}`]),
  ].join('\n')
}

function throughput(status: Status, before: Status): string {
  const seconds = Math.max((status.uptimeMs - before.uptimeMs) / 1000, 0.001)
  const rate = (key: 'bytesUp' | 'bytesDown'): string =>
    sayBytes(Math.max(sum(status, key) - sum(before, key), 0) / seconds)
  return `${rate('bytesUp')}/s up, ${rate('bytesDown')}/s down`
}

function sum({ roles }: Status, key: 'bytesUp' | 'bytesDown'): number {
  return roles.reduce((total, role) => total + role[key], 0)
}

/** A table, and how much of it is not shown; nothing where it has no row. */
function section(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  total = rows.length,
): string {
  if (rows.length === 0) return ''
  const shown = rows.slice(0, ROWS)
  const rest = total > shown.length ? `\n... and ${total - shown.length} more` : ''
  return columns(head, shown, NUMBERS) + rest
}

/** Each reason with the latest of its kind, and what to do. */
function refusals({ refusals }: Status, now: number): string {
  if (refusals.length === 0) return ''
  const lines = refusals.flatMap(({ reason, count, hint, latest }) => [
    `${reason}: ${count}; ${hint}`,
    ...latest
      .slice(0, 3)
      .map(({ at, client, why }) => `  ${sayDuration(Math.max(now - at, 0))} ago, ${client}: ${why}`),
  ])
  return ['REFUSED', ...lines].join('\n')
}
