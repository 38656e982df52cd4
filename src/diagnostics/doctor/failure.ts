import { codeOf } from '../../errors.ts'
import { Refusal, type RefusalReason, REFUSALS } from '../../proxy/reject.ts'
import { failed, type Finding } from './check.ts'
import { ProxyRefusal } from './proxy-refusal.ts'
import { CertificateProblem } from './secure.ts'
import type { Way } from './way.ts'

const MIDDLEBOX =
  'something on the way ends TLS, or the address is not the service: let connections to this name pass untouched; acr-proxy itself never ends TLS'

/** What an error on the way to a host means, and what to do. */
export function failureOf(error: unknown, kind: Way['kind']): Finding {
  if (error instanceof Refusal) return failed(error.message, HINTS[error.reason] ?? REFUSALS[error.reason].hint)
  if (error instanceof ProxyRefusal)
    return failed(`the proxy refuses it, ${error.reason}: ${error.message}`, forOperator(error.reason))
  if (error instanceof CertificateProblem)
    return failed(error.message, error.code.startsWith('CERT_') ? 'compare the clock of this host' : MIDDLEBOX)
  const message = error instanceof Error ? error.message : String(error)
  const alert = alertIn(error)
  if (alert !== undefined) return failed(sayAlert(alert), hintForAlert(alert, kind))
  const code = codeOf(error)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return failed(`the system finds no address for it (${code})`, 'see the names above: each must lead to the proxy')
  if (NOT_TLS.test(code) || code.startsWith('HPE_'))
    return failed(`what answers there speaks neither TLS nor HTTP as it should (${code})`, hintForOther(kind))
  if (code === 'ECONNRESET')
    return failed('the connection was closed without a word', kind === 'direct' ? HINTS['connect-failed'] : CLOSED)
  if (code === 'ETIMEDOUT') return failed(message, HINTS['connect-timeout'])
  return failed(message, undefined)
}

/** The number of a TLS alert that ended a handshake. */
export function alertIn(error: unknown): number | undefined {
  const number = error instanceof Error ? /SSL alert number (\d+)/.exec(error.message)?.[1] : undefined
  return number === undefined ? undefined : Number(number)
}

const ALERTS: Readonly<Record<number, string>> = {
  112: 'unrecognized_name: the name is not served there',
  80: 'internal_error: the name is served, and there is no way on to it',
  50: 'decode_error: the ClientHello was not understood, or came too late',
  40: 'handshake_failure: no version or cipher in common',
}

function sayAlert(alert: number): string {
  return `the handshake was refused by TLS alert ${alert}${ALERTS[alert] === undefined ? '' : `, ${ALERTS[alert]}`}`
}

function hintForAlert(alert: number, kind: Way['kind']): string {
  if (kind === 'direct')
    return 'the address answers for other names: a DNS record that is wrong, or something on the way that filters names'
  const reasons = Object.entries(REFUSALS).flatMap(([reason, goodbye]) => (goodbye.alert === alert ? [reason] : []))
  if (reasons.length === 0) return 'acr-proxy sends no such alert: something else answers there'
  return `if acr-proxy answered: its log has a line "refused" with reason and why, one of ${reasons.join(', ')}`
}

const NOT_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|.*UNEXPECTED_MESSAGE)$/

function hintForOther(kind: Way['kind']): string {
  if (kind === 'direct') return 'something else than the service answers at this address'
  return 'no acr-proxy is there: a web server, or an HTTP proxy, which is told of by HTTP_PROXY and HTTPS_PROXY (--via http://...) and not by names that lead to it'
}

const CLOSED =
  'acr-proxy closes so for clients outside allow.clients, beyond its limits, or without a PROXY header it waits for: its log says which'

const HINTS: { readonly [Reason in RefusalReason]?: string } = {
  'resolve-failed': 'see the DNS servers above; a fixed address can be given with --hosts NAME=ADDRESS',
  loop: 'a DNS record leads this name to the proxy itself: let it ask other --resolver-servers, or give the address with --hosts NAME=ADDRESS',
  'connect-failed': 'check routes, security groups, and for an Enterprise instance its access list',
  'connect-timeout': 'check routes, security groups and firewalls: nothing came back',
}

/** What to do on the proxy's host. */
function forOperator(reason: RefusalReason): string {
  return `on the proxy: ${HINTS[reason] ?? REFUSALS[reason].hint}; docs/operations.md explains ${reason}`
}
