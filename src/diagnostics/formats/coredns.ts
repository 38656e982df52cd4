import type { ClientNames, ClientWildcard } from '../client-names.ts'
import { heading, records, type Setup } from './setup.ts'

const TTL = 60

/**
 * A server block for CoreDNS, for the zones of the names and nothing else. The last template answers other record types
 * (AAAA, HTTPS) with nothing; names of these zones that are not the proxy's are forwarded.
 */
export function renderCoredns(setup: Setup): string {
  const matches = patternsOf(setup.names).map((pattern) => `        match ${pattern}`)
  const template = (type: string, last: string): readonly string[] => [
    `    template IN ${type} {`,
    ...matches,
    `        ${last}`,
    '        fallthrough',
    '    }',
  ]
  const lines = [
    `# ${heading(setup)}`,
    `${zonesOf(setup.names).join(' ')} {`,
    ...byType(setup).flatMap(({ type, answers }) => template(type, answers.join('\n        '))),
    ...template('ANY', 'rcode NOERROR'),
    '    # the servers that know all other names',
    '    forward . /etc/resolv.conf',
    '}',
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function byType(setup: Setup): readonly { readonly type: string; readonly answers: readonly string[] }[] {
  return (['A', 'AAAA'] as const).flatMap((type) => {
    const answers = records(setup)
      .filter((record) => record.type === type)
      .map(({ address }) => `answer "{{ .Name }} ${TTL} IN ${type} ${address}"`)
    return answers.length === 0 ? [] : [{ type, answers }]
  })
}

/** Regular expressions (RE2) for the question's name, which ends in the root's dot. */
function patternsOf({ exact, wildcards }: ClientNames): readonly string[] {
  return [
    ...exact.map(({ host }) => `(?i)^${quote(host)}[.]$`),
    ...wildcards.map(({ before, after, role }) => {
      const between = `[a-z0-9${role === 'custom' ? '._' : ''}-]${before === '' ? '+' : '*'}`
      return `(?i)^${quote(before)}${between}${quote(after)}[.]$`
    }),
  ]
}

/** The zones that hold the names, without those inside another. */
function zonesOf({ exact, wildcards }: ClientNames): readonly string[] {
  const zones = [...new Set([...exact.map(({ host }) => host), ...wildcards.map(zoneOf)])]
  return zones.filter((zone) => !zones.some((other) => zone.endsWith(`.${other}`)))
}

function zoneOf({ after }: ClientWildcard): string {
  return after.slice(after.indexOf('.') + 1)
}

/** A dot in brackets needs no escape, whatever the Corefile makes of backslashes. */
function quote(text: string): string {
  return text.replaceAll('.', '[.]')
}
