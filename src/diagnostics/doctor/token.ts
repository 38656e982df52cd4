import { z } from 'zod'
import { type Answer, ask } from './ask.ts'
import { failed, type Finding, type Found, ok } from './check.ts'
import type { Challenge } from './challenge.ts'
import type { Credentials } from './credentials.ts'
import type { Examination } from './examination.ts'
import type { Registry } from './registry.ts'
import type { Way } from './way.ts'

const TokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() })
const Claims = z.object({
  access: z.array(z.object({ type: z.string(), name: z.string(), actions: z.array(z.string()) })).nullish(),
})

/** Asks each authorization service as docker does, by GET, and as containerd and buildkit do, by POST; once each. */
export async function checkRealms(exam: Examination, way: Way, registries: readonly Registry[]): Promise<void> {
  const realms = new Map(registries.map((registry) => [registry.challenge.realm.href, registry]))
  for (const [href, { challenge, region }] of realms) {
    const about = { group: 'token', region } as const
    await exam.check({ ...about, subject: `GET ${href}` }, async () => {
      const answer = await ask(way, tokenUrl(challenge, undefined), {}, exam.signal)
      return judgeGet(answer)
    })
    await exam.check({ ...about, subject: `POST ${href}` }, async () => {
      const body = new URLSearchParams({ grant_type: 'password', service: challenge.service, client_id: 'acr-proxy' })
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const asked = { method: 'POST', headers, body: body.toString() } as const
      return judgePost(await ask(way, challenge.realm, asked, exam.signal))
    })
  }
}

/** Without a scope, anybody gets a token that permits nothing. */
function judgeGet(answer: Answer): Finding {
  if (tokenIn(answer) !== undefined) return ok(`${answer.status}, a token`)
  return failed(`answers ${answer.status} and no token`, NO_TOKEN)
}

/** No password goes with it: that the service itself answers is what counts. */
function judgePost({ status }: Answer): Finding {
  if (status <= 401 || status === 403) return ok(`${status}: it is answered`)
  if (status === 404 || status === 405)
    return ok(`${status}: tokens are not given by POST there, clients then ask by GET`)
  return failed(`answers ${status}`, NO_TOKEN)
}

const NO_TOKEN = 'the authorization service answers a GET with a token as JSON: something else may answer in its place'

/** A token for what the registry's clients want; undefined where there is none to go on with. */
export async function checkToken(
  exam: Examination,
  way: Way,
  { host, region, challenge }: Registry,
  credentials: Credentials | undefined,
  repository: string | undefined,
): Promise<string | undefined> {
  const scope = repository === undefined ? undefined : `repository:${repository}:pull`
  const who = credentials === undefined ? 'anybody' : `${credentials.user} (${credentials.source})`
  const subject = repository === undefined ? `login to ${host} as ${who}` : `token to pull ${repository} as ${who}`
  const token = await exam.check({ group: 'token', region, subject }, async () => {
    const answer = await ask(way, tokenUrl(challenge, scope), { headers: authorization(credentials) }, exam.signal)
    return judgeToken(answer, credentials, repository)
  })
  if (token === undefined || repository !== undefined) return token
  return exam.check({ group: 'token', region, subject: `https://${host}/v2/ with the token` }, async () => {
    const headers = { authorization: `Bearer ${token}` }
    const { status } = await ask(way, new URL(`https://${host}/v2/`), { headers }, exam.signal)
    return status === 200
      ? ok('200: logged in', token)
      : failed(
          `answers ${status}`,
          'the registry does not take the token: compare the clock of this host, and the service in its challenge',
        )
  })
}

function judgeToken(
  answer: Answer,
  credentials: Credentials | undefined,
  repository: string | undefined,
): Found<string> {
  const token = tokenIn(answer)
  if (answer.status === 401)
    return failed(
      '401: the name or password is wrong',
      'use the access credential of the instance, set in the ACR console: it is not the password of the account',
    )
  if (token === undefined) return failed(`answers ${answer.status} and no token`, NO_TOKEN)
  // A scope that is refused is left out, and the status is 200 still.
  if (repository === undefined || permits(token, repository) !== false) return ok(`${answer.status}, a token`, token)
  return credentials === undefined
    ? failed(
        'the token permits nothing: the repository is not public, or not there',
        'give --username and --password-stdin, or log in with docker first',
      )
    : failed(
        'the token permits nothing: the user may not pull there, or the repository is not there',
        "check the namespace and the user's permissions in the ACR console",
      )
}

/** Whether a token says that it permits a pull; undefined where it cannot be read, which is the registry's business alone. */
function permits(token: string, repository: string): boolean | undefined {
  try {
    const claims = Claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()))
    return (claims.access ?? []).some(
      ({ name, actions }) => name === repository && actions.some((each) => /^(pull|\*)$/.test(each)),
    )
  } catch {
    return undefined
  }
}

function tokenIn({ status, body }: Answer): string | undefined {
  if (status !== 200) return undefined
  try {
    const { token, access_token } = TokenAnswer.parse(JSON.parse(body.toString()))
    return token ?? access_token
  } catch {
    return undefined
  }
}

function tokenUrl({ realm, service }: Challenge, scope: string | undefined): URL {
  const url = new URL(realm)
  if (service !== '') url.searchParams.set('service', service)
  if (scope !== undefined) url.searchParams.set('scope', scope)
  return url
}

/** Basic, and so for https alone: `Registry` holds realms that are admitted and begin so. */
export function authorization(credentials: Credentials | undefined): { readonly authorization?: string } {
  if (credentials === undefined) return {}
  const { user, password } = credentials
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}
