import type { Loaded } from '../../config/load.ts'
import { normaliseHost } from '../../proxy/route/hostname.ts'
import type { Path } from '../path.ts'
import { remedyForName } from '../remedy.ts'
import { ask, portOf } from './ask.ts'
import { type Challenge, parseChallenge } from './challenge.ts'
import { failed, type Finding, type Found, ok, warning } from './check.ts'
import type { Examination } from './examination.ts'
import type { Subject } from './subjects.ts'
import type { Way } from './way.ts'

/** A registry that said where its tokens come from. */
export interface Registry {
  readonly host: string
  readonly region: string
  readonly challenge: Challenge
}

/** Asks each registry for `/v2/`, as every client does first, and judges where it sends clients for tokens. */
export async function checkRegistries(
  exam: Examination,
  way: Way,
  subjects: readonly Subject[],
  loaded: Loaded,
  path: Path,
): Promise<readonly Registry[]> {
  const registries: Registry[] = []
  for (const { host, region } of subjects.filter(({ role }) => role === 'registry')) {
    const about = { group: 'registry', region } as const
    const challenge = await exam.check({ ...about, subject: `https://${host}/v2/` }, () =>
      askRoot(way, host, exam.signal),
    )
    if (challenge === undefined) continue
    const good = await exam.check({ ...about, subject: `realm ${challenge.realm.href}` }, () =>
      Promise.resolve(judgeRealm(challenge, loaded, path)),
    )
    if (good !== undefined) registries.push({ host, region, challenge: good })
  }
  return registries
}

async function askRoot(way: Way, host: string, signal: AbortSignal): Promise<Found<Challenge>> {
  const { status, headers } = await ask(way, new URL(`https://${host}/v2/`), {}, signal)
  const header = headers['www-authenticate']
  const challenge = parseChallenge(header)
  if (status !== 401) return failed(`answers ${status}, not 401`, NOT_A_REGISTRY)
  if (challenge === undefined)
    return failed(`answers 401 without a realm (${header ?? 'no challenge'})`, NOT_A_REGISTRY)
  const seen = `401, service ${challenge.service === '' ? 'not named' : challenge.service}`
  if (headers['docker-distribution-api-version'] === undefined)
    return warning(`${seen}, without docker-distribution-api-version`, NOT_A_REGISTRY, challenge)
  return ok(seen, challenge)
}

const NOT_A_REGISTRY =
  'a registry answers 401, names its API version, and says in realm where tokens come from: something else may answer in its place'

/** Credentials go there: it must be one of the names that the rules admit, by https. */
function judgeRealm(challenge: Challenge, loaded: Loaded, { router }: Path): Found<Challenge> {
  const { realm } = challenge
  if (realm.protocol !== 'https:')
    return failed(
      `tokens would come by ${realm.protocol}//`,
      'credentials never go over plain HTTP: something on the way may have changed the answer',
    )
  const name = normaliseHost(realm.hostname)
  if (!name.ok) return failed(name.why, 'no credentials are sent there')
  const routed = router.route(name.host, portOf(realm))
  if (routed.ok) return ok(`admitted, ${routed.route.rule}`, challenge)
  return notAdmitted(
    routed.why,
    name.host,
    portOf(realm),
    loaded,
    'no credentials are sent there, and through the proxy no client gets a token. If it is right',
  )
}

/** What would admit a name: the flags, and the lines of the file. */
export function notAdmitted(why: string, host: string, port: number, loaded: Loaded, before: string): Finding {
  const { change } = remedyForName(host, port, loaded)
  const hint =
    change === undefined
      ? 'only ports 443 and 80 are carried'
      : `${before}, admit it: ${change.flags}, or in the file ${change.lines.replaceAll('\n', ' ')}`
  return failed(`not admitted: ${why.replace(/; to admit it,.*$/s, '')}`, hint)
}
