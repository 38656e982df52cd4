import { codeOf } from '../../errors.ts'
import { hostPort } from '../../host-port.ts'
import { Refusal } from '../../proxy/reject.ts'
import type { Candidate } from '../../proxy/resolve/resolver.ts'
import { failed, type Found, ok, warning } from './check.ts'
import type { Examination } from './examination.ts'
import { failureOf } from './failure.ts'
import type { Subject } from './subjects.ts'
import { dialTo, type Way } from './way.ts'

/** Connects to every address of each name; resolves with the names that have one which accepts. */
export async function checkConnect(
  exam: Examination,
  way: Way,
  subjects: readonly Subject[],
): Promise<readonly Subject[]> {
  const [first] = subjects
  // Whatever the name, a proxy is at the same place.
  if (first !== undefined && isProxy(way)) {
    const about = { group: 'connect', subject: 'the proxy', region: first.region } as const
    return (await exam.check(about, () => connectTo(way, first, exam.signal))) === undefined ? [] : subjects
  }
  const steps = subjects.map((subject) => ({
    about: { group: 'connect', subject: `${subject.host}:443`, region: subject.region } as const,
    run: () => connectTo(way, subject, exam.signal),
  }))
  return (await exam.all(steps)).flatMap((subject) => subject ?? [])
}

const NO_PROXY =
  'does acr-proxy run there, and listen at this port? Do security group and firewall of its host let this client in?'

function isProxy({ kind }: Way): boolean {
  return kind === 'proxy' || kind === 'tunnel'
}

async function connectTo(way: Way, subject: Subject, signal: AbortSignal): Promise<Found<Subject>> {
  const candidates = await way.locate(subject.host, 443)
  const tried = await Promise.all(candidates.map((candidate) => attempt(way, subject.host, candidate, signal)))
  const seen = tried.map(({ said }) => said).join(', ')
  const good = tried.filter(({ error }) => error === undefined)
  if (good.length === tried.length) return ok(seen, subject)
  const [failure] = tried.flatMap(({ error }) => (error === undefined ? [] : [failureOf(error, way.kind)]))
  if (good.length === 0) return failed(seen, isProxy(way) ? NO_PROXY : failure?.hint)
  return warning(seen, 'connections go to the addresses that accept; the others cost time', subject)
}

async function attempt(
  { dialler }: Way,
  host: string,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<{ readonly said: string; readonly error?: unknown }> {
  const where = hostPort(candidate.address, candidate.port)
  const started = performance.now()
  try {
    const socket = await dialTo(dialler, host, [candidate], signal)
    socket.destroy()
    return { said: `${where} in ${(performance.now() - started).toFixed(1)} ms` }
  } catch (error) {
    signal.throwIfAborted()
    const code = error instanceof Refusal ? error.message.replace(/^.*?\S+:\d+ (\w+) \(after.*$/, '$1') : codeOf(error)
    return { said: `${where} ${code}`, error }
  }
}
