import { text } from 'node:stream/consumers'
import { parseScopes } from './tokens.ts'
import type { Access, Tokens } from './tokens.ts'
import type { Handler } from './serve.ts'

/** Repositories below this may be pulled without a name and password. */
export const PUBLIC_NAMESPACE = 'public/'

/** Who asks: a user, nobody in particular (''), or somebody with a wrong password (undefined). */
type Subject = string | undefined

interface Request {
  readonly subject: Subject
  readonly service: string
  readonly scopes: readonly string[]
}

/** The authorization service: tokens by GET (Basic or anonymous) and by POST (the password grant), at /auth. */
export function authHandler({
  tokens,
  users,
}: {
  tokens: Pick<Tokens, 'issue'>
  users: ReadonlyMap<string, string>
}): Handler {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'https://auth.invalid')
    const json = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (url.pathname !== '/auth') return json(404, { message: 'not found' })
    const asked =
      request.method === 'POST'
        ? fromForm(new URLSearchParams(await text(request)), users)
        : fromQuery(url.searchParams, request.headers.authorization, users)
    if (asked === undefined) return json(400, { error: 'unsupported_grant_type' })
    const { subject, service, scopes } = asked
    if (subject === undefined) return json(401, { message: 'authentication failed' })
    // A scope that is refused is left out of the token; the status stays 200.
    const access = parseScopes(scopes).flatMap((scope) => granted(subject, scope))
    const token = await tokens.issue({ subject, service, access })
    json(200, { access_token: token, token })
  }
}

function fromQuery(
  query: URLSearchParams,
  authorization: string | undefined,
  users: ReadonlyMap<string, string>,
): Request {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1]
  const service = query.get('service') ?? ''
  const scopes = query.getAll('scope')
  if (encoded === undefined) return { subject: '', service, scopes }
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  return { subject: identify(users, user, password), service, scopes }
}

function fromForm(form: URLSearchParams, users: ReadonlyMap<string, string>): Request | undefined {
  if (form.get('grant_type') !== 'password') return undefined
  const subject = identify(users, form.get('username') ?? '', form.get('password') ?? '')
  return { subject, service: form.get('service') ?? '', scopes: form.getAll('scope') }
}

function identify(users: ReadonlyMap<string, string>, user: string, password: string): Subject {
  return users.get(user) === password ? user : undefined
}

/** What of `scope` the subject may have: a user everything, anybody else a pull of what is public. */
function granted(subject: string, scope: Access): readonly Access[] {
  if (subject !== '') return [scope]
  if (!scope.name.startsWith(PUBLIC_NAMESPACE) || !scope.actions.includes('pull')) return []
  return [{ ...scope, actions: ['pull'] }]
}
