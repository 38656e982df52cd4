import { codeOf } from '../../errors.ts'
import { failed, type Finding, ok, warning } from './check.ts'
import type { Examination } from './examination.ts'
import { isOwn, type Mapped } from './hosts-file.ts'
import { rangeOf } from './names.ts'
import type { Subject } from './subjects.ts'
import { systemAddresses } from './way.ts'

/** What the system of a client says each name is, and whether all lead to one proxy; resolves with those that have an address. */
export async function checkSystemNames(
  exam: Examination,
  subjects: readonly Subject[],
  mapped: Mapped,
): Promise<readonly Subject[]> {
  const asked = await Promise.all(
    subjects.map(async (subject) => ({ subject, done: await exam.timed(() => systemAddresses(subject.host)) })),
  )
  const lead = leadOf(
    asked.map(({ done }) => ('value' in done ? done.value : [])),
    mapped,
  )
  const good = asked.filter(({ done }) => 'value' in done).map(({ subject }) => subject)
  for (const { subject, done } of asked) {
    const about = { group: 'names', subject: subject.host, region: subject.region } as const
    const others = good.some(({ role }) => role === subject.role)
    if ('value' in done) exam.tell(about, judge(subject, done.value, lead, mapped), done.ms)
    else exam.tell(about, absent(subject, done.error, lead, others), done.ms)
  }
  return good
}

/** The address of the proxy, as far as can be told: what the hosts file says, or what most names lead to. */
function leadOf(answers: readonly (readonly string[])[], mapped: Mapped): string | undefined {
  const [first] = mapped.values()
  if (first !== undefined) return first
  const counts = new Map<string, number>()
  for (const address of answers.flat()) counts.set(address, (counts.get(address) ?? 0) + 1)
  const [most] = [...counts].sort((a, b) => b[1] - a[1])
  return most !== undefined && most[1] > 1 ? most[0] : undefined
}

function judge(subject: Subject, addresses: readonly string[], lead: string | undefined, mapped: Mapped): Finding {
  const { host } = subject
  const seen = addresses.map((address) => `${address} ${rangeOf(address, subject)}`).join(', ')
  const own = addresses.find(isOwn)
  if (own !== undefined)
    return warning(`${seen}, this host itself`, 'good only if acr-proxy runs here: names of clients lead to its host')
  const astray = addresses.filter((address) => address !== lead)
  if (lead === undefined || astray.length === 0) return ok(mapped.has(host) ? `${seen}, by the hosts file` : seen)
  const finding = `${seen}, while other names lead to ${lead}`
  const hint = `add \`${lead} ${host}\` to the hosts file, or a record for it: otherwise clients pass the proxy by here`
  return mapped.size > 0 && !subject.optional ? failed(finding, hint) : warning(finding, hint)
}

function absent({ host, optional }: Subject, error: unknown, lead: string | undefined, others: boolean): Finding {
  const seen = `the system finds no address (${codeOf(error)})`
  const hint = `point it at the proxy: \`${lead ?? 'PROXY'} ${host}\` in the hosts file, or a DNS record; acr-proxy hosts prints all of them`
  return optional || others ? warning(seen, hint) : failed(seen, hint)
}
