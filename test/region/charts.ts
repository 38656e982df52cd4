import type { Handler } from './serve.ts'

/** The Helm charts of an Enterprise instance: an index for those with a name and password. */
export function chartHandler(users: ReadonlyMap<string, string>): Handler {
  const accepted = new Set(
    [...users].map(([user, password]) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`),
  )
  return (request, response) => {
    if (!accepted.has(request.headers.authorization ?? ''))
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end('unauthorized\n')
    if (!/^\/team\/[\w-]+\/index\.yaml$/.test(request.url ?? '')) return void response.writeHead(404).end('not found\n')
    response.writeHead(200, { 'content-type': 'application/x-yaml' }).end('apiVersion: v1\nentries: {}\n')
  }
}
