import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { discard, exchange, expectStatus } from './exchange.ts'
import type { Reach } from './exchange.ts'

/** Where tokens come from, as the 401 of a registry says. */
export interface Challenge {
  readonly realm: string
  readonly service: string
}

/** What the authorization service answers. */
export const TokenAnswer = z.object({ access_token: z.string(), token: z.string() })

/** Asks `host` for /v2/ without a token, and reads the challenge off the 401. */
export async function challengeOf(reach: Reach, host: string): Promise<Challenge> {
  const response = await exchange(reach, new URL(`https://${host}/v2/`))
  await expectStatus(response, [401], `GET https://${host}/v2/`)
  await discard(response)
  return parseChallenge(response)
}

function parseChallenge({ headers }: IncomingMessage): Challenge {
  const header = headers['www-authenticate'] ?? ''
  const realm = /realm="([^"]+)"/.exec(header)?.[1]
  const service = /service="([^"]+)"/.exec(header)?.[1]
  if (realm === undefined || service === undefined) throw new Error(`no Bearer challenge in "${header}"`)
  return { realm, service }
}

/** A token for `scopes` from the challenge's realm; anonymous without `user`. */
export async function tokenFor(
  reach: Reach,
  { realm, service }: Challenge,
  {
    user,
    scopes = [],
  }: { user?: { readonly name: string; readonly password: string } | undefined; scopes?: readonly string[] } = {},
): Promise<string> {
  const url = new URL(realm)
  url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const headers =
    user === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}` }
  const response = await exchange(reach, url, { headers })
  await expectStatus(response, [200], `GET ${realm}`)
  return TokenAnswer.parse(await json(response)).token
}
