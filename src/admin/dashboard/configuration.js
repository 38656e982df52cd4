// @ts-check
import { el, part, show } from './dom.js'
import { say } from './language.js'
import { sayDuration, sayTime } from './quantities.js'

/**
 * What the proxy has been told, in short.
 *
 * @param {import('../status.ts').Status} status
 */
export function showConfiguration(status) {
  const { configuration, listeners, dns, limits, pid, node, startedAt } = status
  const { region, resolver, hosts, allow, timeouts } = configuration
  const none = say('configuration.none')
  const any = say('configuration.any')
  const { connections, perClient, peeking } = limits
  show(
    part('configuration'),
    ...row('configuration.region', region.join(', ')),
    ...row(
      'configuration.listeners',
      listeners.map(({ name, proxyProtocol }) => (proxyProtocol ? `${name} (PROXY)` : name)).join(', '),
    ),
    ...row('configuration.resolver', [resolver.kind, ...resolver.servers].join(', ')),
    ...(resolver.routes.length === 0 ? [] : row('configuration.routes', resolver.routes.join(', '))),
    ...row('configuration.dns', say('configuration.dns.value', { ...dns })),
    ...row('configuration.clients', allow.clients?.join(', ') ?? any),
    ...row('configuration.instances', allow.instances?.join(', ') ?? any),
    ...row('configuration.buckets', allow.buckets.join(', ') || none),
    ...row('configuration.hosts', allow.hosts.join(', ') || none),
    ...row('configuration.fixed', hosts.join(', ') || none),
    ...row('configuration.limits', say('configuration.limits.value', { connections, perClient, peeking })),
    ...row(
      'configuration.timeouts',
      Object.entries(timeouts)
        .map(([name, ms]) => `${name} ${sayDuration(ms)}`)
        .join(', '),
    ),
    ...row('configuration.process', say('configuration.process.value', { pid, node, since: sayTime(startedAt) })),
  )
}

/**
 * @param {import('./language.js').TextKey} name
 * @param {string} value
 */
function row(name, value) {
  return [el('dt', {}, say(name)), el('dd', {}, value)]
}
